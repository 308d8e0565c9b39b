namespace Gibbon.Certificates;

/// <summary>The code points of TLS signature schemes (RFC 8446, 4.2.3), as far as they tell which certificate a client accepts.</summary>
internal static class SignatureAlgorithm
{
    /// <summary>Whether a client that offers <paramref name="algorithm"/> can be shown a certificate with such a key.</summary>
    public static bool Fits(ushort algorithm, KeyKind kind, in ClientHello hello) => algorithm switch
    {
        // PKCS #1 signatures are for TLS 1.2 only; RSASSA-PSS with an rsaEncryption key is for both.
        0x0401 or 0x0501 or 0x0601 or 0x0201 or 0x0301 => kind == KeyKind.Rsa && !hello.OffersTls13,
        0x0804 or 0x0805 or 0x0806 => kind == KeyKind.Rsa,
        0x0403 => FitsCurve(KeyKind.EcdsaP256, kind, in hello),
        0x0503 => FitsCurve(KeyKind.EcdsaP384, kind, in hello),
        0x0603 => FitsCurve(KeyKind.EcdsaP521, kind, in hello),
        _ => false,
    };

    // TLS 1.3 ties an ECDSA scheme to a curve. In 1.2 it names the hash only, but the cipher suite must be an ECDSA one.
    private static bool FitsCurve(KeyKind curve, KeyKind kind, in ClientHello hello) => hello.OffersTls13
        ? kind == curve
        : kind is KeyKind.EcdsaP256 or KeyKind.EcdsaP384 or KeyKind.EcdsaP521 && hello.OffersEcdsaSuite;
}
