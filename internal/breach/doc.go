// Package breach knows passwords that have been in others' hands: a short list of the most common ones, and a
// filter made of a list of hashes, such as the ranges that Pwned Passwords publishes (SHA-1, uppercase
// hexadecimal). Nothing leaves the machine.
//
// A filter answers surely for what it was built from, and for anything else wrongly once in 65,536
// (FalsePositives). It takes 18 to 19 bits for each password and holds no hash that could be read back.
package breach
