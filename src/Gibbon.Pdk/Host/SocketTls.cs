namespace Gibbon.Pdk;

/// <summary>TLS on a connection.</summary>
/// <param name="ServerName">The name asked for (SNI) and verified; <c>null</c> is the host.</param>
/// <param name="Verify">Whether the server's certificate must be valid.</param>
/// <param name="Certificate">The certificate shown to the server if it asks for one.</param>
public sealed record SocketTls(string? ServerName = null, bool Verify = true, TlsCertificate? Certificate = null);
