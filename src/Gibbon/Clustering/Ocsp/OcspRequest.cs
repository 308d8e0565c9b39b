using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Clustering.Ocsp;

/// <summary>The question whether a certificate was revoked (RFC 6960), and what its answer is told apart by.</summary>
internal sealed class OcspRequest
{
    private const string Sha1 = "1.3.14.3.2.26";

    private readonly byte[] _issuerName;
    private readonly byte[] _issuerKey;
    private readonly byte[] _serial;

#pragma warning disable CA5350 // What responders know certificates by; it protects nothing.
    public OcspRequest(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        _issuerName = SHA1.HashData(issuer.SubjectName.RawData);
        _issuerKey = SHA1.HashData(issuer.PublicKey.EncodedKeyValue.RawData);
        _serial = certificate.SerialNumberBytes.ToArray();
    }
#pragma warning restore CA5350

    public byte[] Encode()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Sha1);
                writer.WriteNull();
            }

            writer.WriteOctetString(_issuerName);
            writer.WriteOctetString(_issuerKey);
            writer.WriteInteger(_serial);
        }

        return writer.Encode();
    }

    /// <summary>Whether an answer is about this certificate.</summary>
    /// <param name="id">What it says that it is about.</param>
    public bool IsAbout(AsnReader id)
    {
        id.ReadEncodedValue();
        return id.ReadOctetString().AsSpan().SequenceEqual(_issuerName) & id.ReadOctetString().AsSpan().SequenceEqual(_issuerKey)
            & id.ReadIntegerBytes().Span.SequenceEqual(_serial);
    }
}
