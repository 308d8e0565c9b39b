using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Clustering.DataPlanes;
using Gibbon.Settings;

namespace Gibbon.Clustering;

/// <summary>Makes the certificate that the nodes of a cluster share: <c>hybrid gen_cert</c>.</summary>
internal static class ClusterCertificateFiles
{
    private const UnixFileMode Readable = PrivateFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a certificate that signs itself, for everybody to read, and its key, for the owner alone.</summary>
    /// <param name="certificatePath">Where the certificate goes.</param>
    /// <param name="keyPath">Where its key goes.</param>
    /// <param name="life">How long it is valid from now on.</param>
    public static void Write(string certificatePath, string keyPath, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateRequest request = new($"CN={ServerCheck.SharedName}", key, HashAlgorithmName.SHA384);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        // A life of nothing, which Kong grants, is one that is over.
        DateTimeOffset begin = life > TimeSpan.Zero ? now : now + life - TimeSpan.FromSeconds(1);
        using X509Certificate2 certificate = request.CreateSelfSigned(begin, now + life);
        PrivateFile.Write(certificatePath, certificate.ExportCertificatePem() + "\n", Readable);
        PrivateFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
