namespace Gibbon.Settings;

/// <summary><c>proxy_server</c>: <c>http[s]://[user:password@]host[:port]</c>.</summary>
internal static class ProxyServerAddress
{
    public static Uri? From(SettingReader read)
    {
        if (read.Text("proxy_server") is not { } text)
            return null;
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            read.Fail("proxy_server missing scheme");
            return null;
        }

        var scheme = text[..text.IndexOf("://", StringComparison.Ordinal)];
        if (scheme is not ("http" or "https"))
            read.Fail($"proxy_server only supports \"http\" and \"https\", got {scheme}");
        else if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0)
            read.Fail("proxy_server missing host");
        else if (address.Fragment.Length > 0 || address.Query.Length > 0 || text.Contains(';', StringComparison.Ordinal))
            read.Fail("fragments, query strings or parameters are meaningless in proxy configuration");
        else
            return address;
        return null;
    }
}
