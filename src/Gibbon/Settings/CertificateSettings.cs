using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gibbon.Settings;

/// <summary>Reads settings that hold certificates: paths, PEM or base64 of PEM. Looks at them, so that a bad one stops the start.</summary>
internal static class CertificateSettings
{
    private static readonly string[] SystemBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    /// <summary>The pairs of <c>PREFIXssl_cert</c> and <c>PREFIXssl_cert_key</c>, checked when one of the listeners speaks TLS.</summary>
    public static ImmutableArray<CertificateFiles> ReadPairs(SettingReader read, string prefix, params ReadOnlySpan<string> listeners)
    {
        var certificates = read.List($"{prefix}ssl_cert");
        var keys = read.List($"{prefix}ssl_cert_key");
        if (!SpeaksTls(read, listeners) || (certificates.IsEmpty && keys.IsEmpty))
            return [];

        if (keys.IsEmpty)
            read.Fail($"{prefix}ssl_cert_key must be specified");
        else if (certificates.IsEmpty)
            read.Fail($"{prefix}ssl_cert must be specified");
        else if (certificates.Length != keys.Length)
            read.Fail($"{prefix}ssl_cert was specified {certificates.Length} times while {prefix}ssl_cert_key was specified {keys.Length} times");
        else
            return [.. certificates.Zip(keys, (certificate, key) => Check(read, $"{prefix}ssl_cert", certificate, $"{prefix}ssl_cert_key", key)).OfType<CertificateFiles>()];
        return [];
    }

    /// <summary>One pair of settings that need each other; null when both are unset or one is wrong.</summary>
    public static CertificateFiles? ReadPair(SettingReader read, string certificateName, string keyName)
    {
        var certificate = read.Text(certificateName);
        var key = read.Text(keyName);
        if (certificate is null && key is null)
            return null;
        if (key is null)
            read.Fail($"{keyName} must be specified");
        else if (certificate is null)
            read.Fail($"{certificateName} must be specified");
        else
            return Check(read, certificateName, certificate, keyName, key);
        return null;
    }

    /// <summary><c>lua_ssl_trusted_certificate</c>, with <c>system</c> as the bundle of this machine.</summary>
    public static ImmutableArray<string> ReadTrusted(SettingReader read)
    {
        var trusted = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in read.List("lua_ssl_trusted_certificate"))
        {
            if (entry == "system")
            {
                if (Array.Find(SystemBundles, File.Exists) is { } bundle)
                    trusted.Add(bundle);
            }
            else if (CertificateProblem(Decoded(entry)) is { } problem)
            {
                read.Fail($"lua_ssl_trusted_certificate: failed loading certificate from {Shown(entry)} ({problem})");
            }
            else
            {
                trusted.Add(Decoded(entry));
            }
        }

        return trusted.ToImmutable();
    }

    /// <summary>A path as it is; base64 of PEM as the PEM.</summary>
    public static string Decoded(string value)
    {
        if (CertificateFiles.IsPem(value) || value.Length < 64 || File.Exists(value))
            return value;
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var text && CertificateFiles.IsPem(text)
            ? text : value;
    }

    private static CertificateFiles? Check(SettingReader read, string certificateName, string certificate, string keyName, string key)
    {
        var files = new CertificateFiles(Decoded(certificate), Decoded(key));
        if (CertificateProblem(files.Certificate) is { } problem)
        {
            read.Fail($"{certificateName}: failed loading certificate from {Shown(files.Certificate)} ({problem})");
            return null;
        }

        if (KeyProblem(files) is not { } keyProblem)
            return files;
        read.Fail($"{keyName}: failed loading key from {Shown(files.Key)} ({keyProblem})");
        return null;
    }

    private static string? CertificateProblem(string value) => Problem(value, pem =>
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
    });

    private static string? KeyProblem(CertificateFiles files) => Problem(files.Key, key =>
    {
        using var certificate = X509Certificate2.CreateFromPem(files.CertificatePem, key);
    });

    private static string? Problem(string value, Action<string> load)
    {
        try
        {
            load(CertificateFiles.IsPem(value) ? value : File.ReadAllText(value));
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "no such file";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    // What is no path may be a key pasted into the wrong place: it must not end up in a log.
    private static string Shown(string value) => value.StartsWith('/') || value.StartsWith('.') || File.Exists(value) ? value
        : CertificateFiles.IsPem(value) || value.Length > 128 ? "the text given" : value;

    private static bool SpeaksTls(SettingReader read, ReadOnlySpan<string> listeners)
    {
        foreach (var listener in listeners)
        {
            if (read.List(listener).Any(entry => entry.Split(' ').Contains("ssl")))
                return true;
        }

        return false;
    }
}
