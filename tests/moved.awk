# SPDX-License-Identifier: MIT
# Prints which numbers of an experiment differ between two results.csv, the reference first. Rows correspond when they have the same swept
# keys and job, columns when they have the same name. `point` is ignored, because it depends on the program's version. With -v part=1 the
# second file may lack rows.
#
#   awk -F, -v name=EXPERIMENT [-v part=1] -f tests/moved.awk REFERENCE RESULTS
function key_of(    i, key)
{
	for (i = 1; i <= at_job; i++)
		key = key (i > 1 ? " " : "") column[i] "=" $i
	return key
}

FNR == 1 {
	file++
	for (i = 1; i <= NF; i++) {
		column[i] = $i
		has[file, $i] = 1
		if ($i == "job")
			at_job = i
	}
	for (i = 1; i <= NF && file == 2; i++)
		if (column[i] != "point" && !has[1, column[i]])
			print name ": the column " column[i] " is new"
	columns = NF
	next
}

file == 1 {
	key = key_of()
	rows[++count] = key
	for (i = 1; i <= columns; i++) {
		was[key, column[i]] = $i
		known[column[i]] = i
	}
	next
}

{
	key = key_of()
	seen[key] = 1
	if (!((key, "job") in was))
		print name ": " key ": the row is new"
	else
		for (i = 1; i <= columns; i++)
			if (column[i] in known && was[key, column[i]] != $i)
				print name ": " key ": " column[i] ": was " was[key, column[i]] ", is " $i
}

END {
	for (name_of in known)
		if (!has[2, name_of])
			print name ": the column " name_of " is gone"
	for (i = 1; i <= count && !part; i++)
		if (!(rows[i] in seen))
			print name ": " rows[i] ": the row is gone"
}
