using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Settings;

/// <summary>A certificate chain and its key: each a path to a PEM file, or the PEM text itself (base64 is already decoded).</summary>
internal sealed record CertificateFiles(string Certificate, string Key)
{
    /// <summary>The chain as PEM, read from its file when it is one.</summary>
    public string CertificatePem => Read(Certificate);

    /// <summary>The key as PEM. Secret.</summary>
    public string KeyPem => Read(Key);

    /// <summary>Names the certificate only: the key may be inline.</summary>
    public override string ToString() => IsPem(Certificate) ? "(inline certificate)" : Certificate;

    public static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>All certificates of a PEM text, or of the file that it names.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection ReadAll(string source)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(Read(source));
        return all;
    }

    private static string Read(string value) => IsPem(value) ? value : File.ReadAllText(value);
}
