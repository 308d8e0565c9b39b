namespace Gibbon.Plugins.HttpLog;

/// <summary>A URL as entries are sent to it: without query and fragment, and with user and password apart.</summary>
/// <param name="Url">The URL.</param>
/// <param name="UserInfo">User and password as they were written, with a colon between; <c>null</c> if there are none.</param>
sealed record Endpoint(Uri? Url, string? UserInfo)
{
    /// <summary>How errors name the server.</summary>
    public string Name { get; } = Url is null ? "" : $"{Url.Host}:{Url.Port}";

    /// <summary>Reads a URL.</summary>
    /// <param name="text">The URL; one that is still a reference to a vault has no parts.</param>
    public static Endpoint Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return new Endpoint(null, null);

        var plain = new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port, uri.AbsolutePath).Uri;
        return new Endpoint(plain, uri.UserInfo.Length == 0 ? null : uri.UserInfo);
    }
}
