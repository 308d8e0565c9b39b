using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Gibbon.Settings;

namespace Gibbon.Admin.Manager;

/// <summary>
/// The files of a built web UI: those inside the executable, or a folder, such as that of Kong Manager. What there is is listed once, so that
/// no path of a request ever reaches the file system.
/// </summary>
internal sealed class ManagerFiles
{
    /// <summary>The page that every address of the UI begins with.</summary>
    public const string Index = "index.html";

    private const string Resources = "manager/";

    private readonly FrozenDictionary<string, Func<byte[]>> _files;

    private ManagerFiles(IEnumerable<KeyValuePair<string, Func<byte[]>>> files, bool isOwn)
    {
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        IsOwn = isOwn;
    }

    /// <summary>Whether it is the manager that this gateway is built with, and not another one from a folder.</summary>
    public bool IsOwn { get; }

    /// <summary>What a node serves: the folder of <c>admin_gui_folder</c>, else <c>gui</c> in the prefix, where Kong has it, else its own.</summary>
    /// <param name="settings">The node's settings.</param>
    /// <param name="own">The files inside the executable; null when it was built without.</param>
    /// <exception cref="InvalidOperationException">The folder that was named holds no web UI.</exception>
    public static ManagerFiles? Choose(GatewaySettings settings, ManagerFiles? own) =>
        settings.Manager.Folder is { } folder
            ? InFolder(folder) ?? throw new InvalidOperationException($"admin_gui_folder: there is no {Index} in {folder}")
            : InFolder(Path.Combine(settings.Node.Prefix, "gui")) ?? own;

    /// <summary>The files that were built into an executable; null when there are none.</summary>
    public static ManagerFiles? Within(Assembly assembly)
    {
        ManagerFiles files = new(
            from resource in assembly.GetManifestResourceNames()
            where resource.StartsWith(Resources, StringComparison.Ordinal)
            select KeyValuePair.Create(resource[Resources.Length..].Replace('\\', '/'), () => Read(assembly, resource)),
            isOwn: true);
        return files.Has(Index) ? files : null;
    }

    /// <summary>The files of a folder; null when there is no <c>index.html</c> in it.</summary>
    public static ManagerFiles? InFolder(string folder) => !File.Exists(Path.Combine(folder, Index)) ? null : new ManagerFiles(
        from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        select KeyValuePair.Create(Path.GetRelativePath(folder, path).Replace('\\', '/'), () => File.ReadAllBytes(path)),
        isOwn: false);

    public bool Has(string path) => _files.ContainsKey(path);

    public bool TryRead(string path, [NotNullWhen(true)] out byte[]? content)
    {
        content = _files.TryGetValue(path, out Func<byte[]>? read) ? read() : null;
        return content is not null;
    }

    private static byte[] Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
