using System.Globalization;

namespace Gibbon.Plugins.HttpLog;

/// <summary>A URL as entries are sent to it: its path as it was written, without parameters, query and fragment, and with user and password apart.</summary>
/// <param name="Url">The URL.</param>
/// <param name="UserInfo">User and password as they were written, with a colon between; <c>null</c> if there are none.</param>
sealed record Endpoint(Uri? Url, string? UserInfo)
{
    static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>How errors name the server.</summary>
    public string Name { get; } = Url is null ? "" : $"{Url.Host}:{Url.Port}";

    /// <summary>Reads a URL.</summary>
    /// <param name="text">The URL; one that is still a reference to a vault has no parts.</param>
    public static Endpoint Parse(string text)
    {
        if (!Uri.TryCreate(text, AsWritten, out var uri))
            return new Endpoint(null, null);

        var parameters = uri.AbsolutePath.IndexOf(';', StringComparison.Ordinal);
        var path = parameters < 0 ? uri.AbsolutePath : uri.AbsolutePath[..parameters];
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return new Endpoint(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{host}:{uri.Port}{path}"), AsWritten),
            uri.UserInfo.Length == 0 ? null : uri.UserInfo);
    }
}
