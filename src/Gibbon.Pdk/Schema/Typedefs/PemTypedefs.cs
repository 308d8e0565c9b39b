namespace Gibbon.Pdk.Schemas;

/// <content>Certificates and keys in PEM.</content>
public static partial class Typedefs
{
    /// <summary>An X.509 certificate, or a chain of them, in PEM.</summary>
    public static Field Certificate(this Field field) =>
        field.Checked(static text => Pem.ReadCertificate(text, out var error) is null ? $"invalid certificate: {error}" : null);

    /// <summary>A private key in PEM.</summary>
    public static Field Key(this Field field) =>
        field.Checked(static text => Pem.ReadKey(text, out var error) is null ? $"invalid key: {error}" : null);
}
