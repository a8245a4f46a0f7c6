module ostiary

go 1.26
