#!/bin/sh
# Prints the first ROWS images of Fashion-MNIST (Xiao, Rasul and Vollgraf, arXiv:1708.07747; MIT licence) in the format of SVM-light and
# liblinear: tops (classes 0, 2, 4 and 6) are +1, the rest -1, a pixel is its value over 255.
#
#   fashion-mnist.sh ROWS [train|t10k]      data.sh's $PACKAGES must hold dataset-fashion-mnist
set -eu
rows=$1 set=${2:-train}
folder=$PACKAGES/usr/share/datasets/fashion-mnist
case $set in
train) images=c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888 labels=bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9 ;;
t10k) images=5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b labels=0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gzip -dc "$folder/$set-images-idx3-ubyte.gz" >"$work/images"
gzip -dc "$folder/$set-labels-idx1-ubyte.gz" >"$work/labels"
printf '%s  images\n%s  labels\n' "$images" "$labels" >"$work/sums"
(cd "$work" && sha256sum --quiet -c sums >&2)
gcc -O2 -o "$work/convert" "$(dirname "$0")/fashion-mnist.c"
"$work/convert" "$work/images" "$work/labels" "$rows"
