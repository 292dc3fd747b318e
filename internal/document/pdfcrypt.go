package document

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"

	"cmpledger/internal/ledger"
)

// The bytes that fill up a password, as the format has them.
const passwordPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// decrypt finds the key of a file that opens without a password, though its producer
// encrypted it to restrict printing or copying.
func (p *pdf) decrypt() {
	d := p.dict(p.trailer["Encrypt"])
	if d == nil {
		return
	}
	text := func(key name) string { s, _ := p.get(d[key]).(string); return s }
	p.cipher = "V2"
	if p.number(d["V"]) >= 4 {
		p.cipher = string(p.name(p.dict(p.dict(d["CF"])[p.name(d["StmF"])])["CFM"]))
	}
	u := text("U")
	if p.number(d["R"]) >= 5 {
		p.key = key256(u, text("UE"), p.number(d["R"]) > 5)
	} else {
		p.key = p.key128(d, text("O"), u)
	}
	if p.key == nil || p.name(d["Filter"]) != "Standard" {
		panic(refused("a PDF that needs a password",
			ledger.Say("open it with the password, print it to a new PDF and import that, or %s", addByHand)))
	}
}

// key128 returns the key of RC4 and of AES with 128 bits, or nil if there is a password.
func (p *pdf) key128(d dict, o, u string) []byte {
	r, size := p.number(d["R"]), 5
	if n := int(p.number(d["Length"])); r > 2 && n >= 40 && n <= 128 {
		size = n / 8
	}
	if r == 4 {
		size = 16
	}
	var id string
	if ids := p.array(p.trailer["ID"]); len(ids) > 0 {
		id, _ = ids[0].(string)
	}
	text := binary.LittleEndian.AppendUint32([]byte(passwordPad+o), uint32(int64(p.number(d["P"]))))
	text = append(text, id...)
	if d["EncryptMetadata"] == false && r >= 4 {
		text = append(text, "\xff\xff\xff\xff"...)
	}
	sum := md5.Sum(text)
	check := []byte(passwordPad)
	rounds := 1
	if r > 2 {
		for range 50 {
			sum = md5.Sum(sum[:size])
		}
		first := md5.Sum([]byte(passwordPad + id))
		check, rounds = first[:], 20
	}
	for i := range rounds {
		key := bytes.Clone(sum[:size])
		for j := range key {
			key[j] ^= byte(i)
		}
		rc4Over(key, check)
	}
	if !bytes.HasPrefix([]byte(u), check) {
		return nil
	}
	return sum[:size]
}

func rc4Over(key, data []byte) {
	c, _ := rc4.NewCipher(key) // of 5 to 16 bytes
	c.XORKeyStream(data, data)
}

// key256 returns the key of AES with 256 bits, or nil if there is a password.
func key256(u, ue string, hard bool) []byte {
	if len(u) < 48 || len(ue) < 32 {
		return nil
	}
	if !bytes.Equal(hash256(u[32:40], hard), []byte(u[:32])) {
		return nil
	}
	block, _ := aes.NewCipher(hash256(u[40:48], hard)) // of 32 bytes
	key := []byte(ue[:32])
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(key, key)
	return key
}

// hash256 is the hash of no password, in the hard form of ISO 32000-2, 7.6.4.3.4.
func hash256(salt string, hard bool) []byte {
	first := sha256.Sum256([]byte(salt))
	key := first[:]
	for i := 0; hard; i++ {
		e := bytes.Repeat(key, 64)
		block, _ := aes.NewCipher(key[:16])
		cipher.NewCBCEncrypter(block, key[16:32]).CryptBlocks(e, e)
		sum := 0
		for _, b := range e[:16] {
			sum += int(b)
		}
		switch sum % 3 {
		case 0:
			s := sha256.Sum256(e)
			key = s[:]
		case 1:
			s := sha512.Sum384(e)
			key = s[:]
		case 2:
			s := sha512.Sum512(e)
			key = s[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-32 {
			break
		}
	}
	return key[:32]
}

// decrypted returns the bytes of a stream, still packed.
func (p *pdf) decrypted(s *stream) []byte {
	if p.key == nil || p.cipher == "" || p.cipher == "None" || s.dict["Type"] == name("XRef") {
		return s.raw
	}
	key := p.key
	if p.cipher != "AESV3" {
		text := append(bytes.Clone(p.key), byte(s.ref), byte(s.ref>>8), byte(s.ref>>16), 0, 0)
		if p.cipher == "AESV2" {
			text = append(text, "sAlT"...)
		}
		sum := md5.Sum(text)
		key = sum[:min(16, len(p.key)+5)]
	}
	data := bytes.Clone(s.raw)
	if p.cipher == "V2" {
		rc4Over(key, data)
		return data
	}
	return cbc(key, data)
}

// cbc decrypts a text that begins with its first block. The filters do not mind what
// fills up its end.
func cbc(key, data []byte) []byte {
	data = data[:len(data)/aes.BlockSize*aes.BlockSize]
	if len(data) < aes.BlockSize {
		return nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	cipher.NewCBCDecrypter(block, data[:aes.BlockSize]).CryptBlocks(data[aes.BlockSize:], data[aes.BlockSize:])
	return data[aes.BlockSize:]
}
