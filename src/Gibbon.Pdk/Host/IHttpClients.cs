namespace Gibbon.Pdk;

/// <summary>
/// HTTP to elsewhere. Clients resolve names, trust authorities (<c>lua_ssl_trusted_certificate</c>) and trace as the gateway does. Ask once
/// per
/// configuration and keep the client: it holds the connections.
/// </summary>
public interface IHttpClients
{
    /// <summary>A client.</summary>
    /// <param name="options">How it connects; equal options give the same client.</param>
    HttpMessageInvoker Get(HttpClientOptions? options = null);
}
