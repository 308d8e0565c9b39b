namespace Gibbon.Pdk.Schemas;

/// <content>Certificates and keys in PEM.</content>
public static partial class Typedefs
{
    /// <summary>An X.509 certificate, or a chain of them, in PEM.</summary>
    public static Field Certificate(this Field field) =>
        field.Checked(static text => Pem.CertificateError(text) is { } error ? $"invalid certificate: {error}" : null);

    /// <summary>A private key in PEM.</summary>
    public static Field Key(this Field field) => field.Checked(static text =>
    {
        Pem.ReadKey(text, out var error).Dispose();
        return error is null ? null : $"invalid key: {error}";
    });
}
