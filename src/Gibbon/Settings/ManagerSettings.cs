using System.Buffers;
using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>The web UI.</summary>
internal sealed record ManagerSettings
{
    /// <summary>Public addresses of the UI; also the origins that the Admin API's CORS allows.</summary>
    public required ImmutableArray<string> Urls { get; init; }

    /// <summary>Starts with a slash and does not end with one, unless it is <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The Admin API's address as browsers see it; null: derived from <c>admin_listen</c>.</summary>
    public required string? ApiUrl { get; init; }

    public required bool ContentSecurityPolicy { get; init; }

    /// <summary><c>admin_gui_folder</c>: a built web UI to serve in the place of our own; an absolute path, or null.</summary>
    public required string? Folder { get; init; }

    public static ManagerSettings From(SettingReader read)
    {
        var path = read.Word("admin_gui_path");
        if (!path.StartsWith('/'))
            read.Fail("admin_gui_path must start with a slash ('/')");
        if (path.Length > 1 && path.EndsWith('/'))
            read.Fail("admin_gui_path must not end with a slash ('/')");
        if (path.AsSpan().IndexOfAnyExcept(PathCharacters) >= 0)
            read.Fail("admin_gui_path can only contain letters, digits, hyphens ('-'), underscores ('_'), and slashes ('/')");
        if (path.Contains("//", StringComparison.Ordinal))
            read.Fail("admin_gui_path must not contain continuous slashes ('/')");
        return new ManagerSettings
        {
            Urls = read.List("admin_gui_url"),
            Path = path,
            ApiUrl = read.Text("admin_gui_api_url"),
            ContentSecurityPolicy = read.Flag("admin_gui_csp_header"),
            Folder = read.Text("admin_gui_folder") is { } folder ? System.IO.Path.GetFullPath(folder, read.Word("prefix")) : null,
        };
    }

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("/-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
