package srp

import (
	"math/big"
	"sync"
)

const (
	// size is the length of a number modulo N, in bytes.
	size = 3072 / 8
	// exponentSize is the length of x, u and b, in bytes: that of SHA-256.
	exponentSize = 32
)

// group is what both sides know: N and g of RFC 3526, group 15, and k = SHA256(pad(N) | pad(g)).
type group struct {
	N, g, k *big.Int
	// one is N+1, a number that takes the time of any other to multiply by.
	one *big.Int
}

var params = sync.OnceValue(func() *group {
	number := func(hex string) *big.Int {
		n, _ := new(big.Int).SetString(hex, 16)
		return n
	}
	p := &group{
		N: number("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd1" +
			"29024e088a67cc74020bbea63b139b22514a08798e3404dd" +
			"ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245" +
			"e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
			"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3d" +
			"c2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f" +
			"83655d23dca3ad961c62f356208552bb9ed529077096966d" +
			"670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
			"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9" +
			"de2bcbf6955817183995497cea956ae515d2261898fa0510" +
			"15728e5a8aaac42dad33170d04507a33a85521abdf1cba64" +
			"ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
			"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6b" +
			"f12ffa06d98a0864d87602733ec86a64521f2b18177b200c" +
			"bbe117577a615d6c770988c0bad946e208e24fa074e5ab31" +
			"43db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"),
		g: big.NewInt(2),
		k: number("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"),
	}
	p.one = new(big.Int).Add(p.N, big.NewInt(1))
	return p
})

// pad writes a number as Java's BigInteger.toByteArray does: the shortest two's complement, so a
// zero byte stands before a first byte that would read as a sign, and zero is one zero byte.
func pad(n *big.Int) []byte {
	b := make([]byte, n.BitLen()/8+1)
	n.FillBytes(b)
	return b
}

// Hex prints a number as the clients expect SALT and SRP_B: lower case and without leading zeros,
// since some read it as a number and others as text.
func Hex(number []byte) string {
	return new(big.Int).SetBytes(number).Text(16)
}

// The comb splits an exponent of 256 bits into 8 rows of 32 bits. One multiplication takes care of
// one column, and a table for every 4 columns leaves 3 squarings.
const (
	combRows   = 8
	combTables = 8
	combRow    = 8 * exponentSize / combRows
	combBlock  = combRow / combTables
)

// comb holds, for table j and an index of 8 bits r, the product of g^(2^(32r + 4j)): 0.8 MB.
type comb [combTables][1 << combRows]*big.Int

// combOfG is built when it is first needed, in some ten milliseconds.
var combOfG = sync.OnceValue(func() *comb {
	p, t := params(), new(comb)
	for j := range t {
		t[j][0] = big.NewInt(1)
		for row := range combRows {
			e := new(big.Int).Lsh(big.NewInt(1), uint(row*combRow+j*combBlock))
			power := new(big.Int).Exp(p.g, e, p.N)
			for i := range 1 << row {
				n := new(big.Int).Mul(t[j][i], power)
				t[j][1<<row|i] = n.Mod(n, p.N)
			}
		}
	}
	// 1 and the small powers of two would be quick to multiply by, and tell of the exponent.
	for j := range t {
		for i, n := range t[j] {
			if n.BitLen() < p.N.BitLen()/2 {
				t[j][i] = new(big.Int).Add(n, p.N)
			}
		}
	}
	return t
})

// powG is g^e mod N for e of 256 bits, big-endian. It always takes the same multiplications.
func powG(e *[exponentSize]byte) *big.Int {
	p, table := params(), combOfG()
	power := new(big.Int).Set(p.one)
	product, quotient := new(big.Int), new(big.Int)
	for step := combBlock - 1; step >= 0; step-- {
		if step < combBlock-1 {
			product.Mul(power, power)
			quotient.QuoRem(product, p.N, power)
		}
		for j := range table {
			column, i := j*combBlock+step, 0
			for row := range combRows {
				bit := row*combRow + column
				i |= int(e[exponentSize-1-bit/8]>>(bit%8)&1) << row
			}
			product.Mul(power, table[j][i])
			quotient.QuoRem(product, p.N, power)
		}
	}
	return power
}
