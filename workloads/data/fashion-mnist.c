/* Fashion-MNIST's idx files, unpacked, to lines of SVM-light: convert IMAGES LABELS ROWS */
#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = 28 * 28, IMAGES_HEADER = 16, LABELS_HEADER = 8 };

static FILE *open_at(const char *path, long behind_header)
{
	FILE *file = fopen(path, "rb");

	if (!file || fseek(file, behind_header, SEEK_SET) != 0) {
		perror(path);
		exit(1);
	}
	return file;
}

int main(int argc, char **argv)
{
	long rows = argc == 4 ? atol(argv[3]) : 0;
	FILE *images, *labels;

	if (rows < 1) {
		fprintf(stderr, "usage: convert IMAGES LABELS ROWS\n");
		return 2;
	}
	images = open_at(argv[1], IMAGES_HEADER);
	labels = open_at(argv[2], LABELS_HEADER);
	for (long row = 0; row < rows; row++) {
		unsigned char pixel[PIXELS];
		int label = fgetc(labels);

		if (label == EOF || fread(pixel, PIXELS, 1, images) != 1) {
			fprintf(stderr, "%s has only %ld images\n", argv[1], row);
			return 1;
		}
		printf(label == 0 || label == 2 || label == 4 || label == 6 ? "+1" : "-1");
		for (int i = 0; i < PIXELS; i++)
			if (pixel[i])
				printf(" %d:%.4g", i + 1, pixel[i] / 255.0);
		putchar('\n');
	}
	return fflush(stdout) != 0;
}
