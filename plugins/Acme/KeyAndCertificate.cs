using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme;

/// <summary>A certificate with its chain, and its key, in PEM.</summary>
/// <param name="Key">The key.</param>
/// <param name="Cert">The certificate and its chain.</param>
sealed record KeyAndCertificate(string Key, string Cert)
{
    /// <summary>As it is stored.</summary>
    public string Json => Encoding.UTF8.GetString(ValueJson.Write(new ValueMap { ["key"] = Key, ["cert"] = Cert }));

    /// <summary>Reads what was stored.</summary>
    /// <returns><c>null</c> if it is something else.</returns>
    public static KeyAndCertificate? Read(string json) =>
        ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out var value, out _) && value is ValueMap map
        && map.GetString("key") is { } key && map.GetString("cert") is { } cert
            ? new KeyAndCertificate(key, cert)
            : null;

    /// <summary>The certificate, to look into it.</summary>
    /// <returns><c>null</c> if it is none.</returns>
    public X509Certificate2? Open()
    {
        try
        {
            return X509Certificate2.CreateFromPem(Cert);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The certificate, to show it.</summary>
    /// <returns>The certificate, or why it cannot be shown.</returns>
    public Result<TlsCertificate> Load()
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(Cert);
            var chain = new X509Certificate2Collection(all.Skip(1).ToArray());
            all[0].Dispose();
            return new TlsCertificate(X509Certificate2.CreateFromPem(Cert, Key), chain);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return Result.Failure<TlsCertificate>(failure.Message);
        }
    }
}
