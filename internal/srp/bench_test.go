package srp

import (
	"crypto/rand"
	"math/big"
	"testing"
)

// Each piece stands beside its floor: the same powers by math/big and nothing else.

func benchNumbers(b *testing.B) (v, e *big.Int, raw [exponentSize]byte) {
	b.Helper()
	random := seeded(5)
	random.Read(raw[:])
	raw[0] |= 0x80
	verifier := Verifier("pool", "ana", "secret", []byte{1})
	return new(big.Int).SetBytes(verifier), new(big.Int).SetBytes(raw[:]), raw
}

func BenchmarkPowG(b *testing.B) {
	_, e, raw := benchNumbers(b)
	b.Run("comb", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			powG(&raw)
		}
	})
	b.Run("big.Int.Exp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			new(big.Int).Exp(params().g, e, params().N)
		}
	})
}

func BenchmarkCheckPassword(b *testing.B) {
	salt := []byte{1, 2, 3}
	verifier := Verifier("pool", "ana", "secret", salt)
	for b.Loop() {
		CheckPassword("pool", "ana", "secret", salt, verifier)
	}
}

func BenchmarkNewExchange(b *testing.B) {
	v, e, _ := benchNumbers(b)
	a, err := ParseA("123456789abcdef")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("comb", func(b *testing.B) {
		for b.Loop() {
			if _, err := NewExchange(rand.Reader, a, v.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("big.Int.Exp", func(b *testing.B) {
		p := params()
		for b.Loop() {
			gb := new(big.Int).Exp(p.g, e, p.N)
			kv := new(big.Int).Mul(p.k, v)
			kv.Add(kv, gb).Mod(kv, p.N)
		}
	})
}

func BenchmarkProves(b *testing.B) {
	v, e, _ := benchNumbers(b)
	verifier := v.FillBytes(make([]byte, size))
	a, err := ParseA(new(big.Int).Exp(big.NewInt(2), e, params().N).Text(16))
	if err != nil {
		b.Fatal(err)
	}
	exchange, err := NewExchange(seeded(6), a, verifier)
	if err != nil {
		b.Fatal(err)
	}
	claim := Claim{Prefix: "pool", ID: "ana", SecretBlock: make([]byte, 64), Timestamp: FormatTimestamp(at)}
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			exchange.Proves(verifier, claim, make([]byte, 32))
		}
	})
	b.Run("two big.Int.Exp", func(b *testing.B) {
		p := params()
		for b.Loop() {
			s := new(big.Int).Exp(v, exchange.u, p.N)
			s.Exp(s, exchange.b, p.N)
		}
	})
}

func BenchmarkSimulated(b *testing.B) {
	for b.Loop() {
		Simulated([]byte("a secret of the pool"), "ana")
	}
}

func BenchmarkMarshalExchange(b *testing.B) {
	a, err := ParseA("123456789abcdef")
	if err != nil {
		b.Fatal(err)
	}
	e, err := NewExchange(seeded(7), a, Verifier("pool", "ana", "secret", []byte{1}))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := UnmarshalExchange(e.Marshal()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClientSign(b *testing.B) {
	client, err := NewClient(seeded(8))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := client.Sign(Claim{Prefix: "pool", ID: "ana"}, "secret", "123", "123456789abcdef"); err != nil {
			b.Fatal(err)
		}
	}
}
