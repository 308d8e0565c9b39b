using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>The files that the plugins of a gateway were loaded from, and whether one of them has changed since.</summary>
internal sealed partial class LuaFiles(ISettings settings)
{
    [GeneratedRegex("[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits { get; }

    private static readonly string[] Definitions = ["schema.lua", "daos.lua", "api.lua", "status_api.lua"];

    private readonly ConcurrentDictionary<string, LuaFile> _files = new(StringComparer.Ordinal);

    /// <summary>Whether what is loaded now defines what the gateway must know of a plugin: its configuration, its entities.</summary>
    public bool DefinesPlugins { get; set; }

    /// <summary>Notes a file that is about to be loaded.</summary>
    public void Add(string path)
    {
        bool defines = DefinesPlugins || Definitions.Contains(Path.GetFileName(path));
        LuaFile file = _files.GetOrAdd(path, static path => new LuaFile(FileStamp.Of(path)));
        file.Defines |= defines;
    }

    /// <summary>The files that are no longer what was loaded.</summary>
    public IReadOnlyDictionary<string, FileStamp> Changed()
    {
        Dictionary<string, FileStamp> changed = new(StringComparer.Ordinal);
        foreach ((string path, LuaFile file) in _files)
        {
            FileStamp now = FileStamp.Of(path);
            if (now != file.Stamp)
            {
                changed[path] = now;
            }
        }

        return changed;
    }

    /// <summary>Takes notice of changes: whatever comes of loading them, they are not reported again.</summary>
    /// <returns>Whether the gateway must know of one of them.</returns>
    public bool Acknowledge(IReadOnlyDictionary<string, FileStamp> changed)
    {
        bool defines = false;
        foreach ((string path, FileStamp stamp) in changed)
        {
            if (_files.TryGetValue(path, out LuaFile? file))
            {
                file.Stamp = stamp;
                defines |= file.Defines;
            }
        }

        return defines;
    }

    /// <summary>The rockspecs in the folders of the package path and one level below, the newest version of each rock last.</summary>
    public IReadOnlyList<string> Rockspecs()
    {
        List<string> found = [];
        foreach (string root in Roots())
        {
            found.AddRange(In(root));
            foreach (string folder in Below(root))
            {
                found.AddRange(In(folder));
            }
        }

        return [.. found.OrderBy(static file => Digits.Replace(file, static digits => digits.Value.PadLeft(12, '0')), StringComparer.Ordinal)];
    }

    private IEnumerable<string> Roots() => (settings["lua_package_path"] as string ?? "./?.lua;./?/init.lua").Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(static template => template.Split('?')[0])
        .Where(static folder => folder.EndsWith('/'))
        .Select(static folder => folder.Length > 1 ? folder[..^1] : folder)
        .Distinct(StringComparer.Ordinal)
        .Where(Directory.Exists);

    private static string[] In(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*.rockspec");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string[] Below(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private sealed class LuaFile(FileStamp stamp)
    {
        public FileStamp Stamp { get; set; } = stamp;

        public bool Defines { get; set; }
    }
}

/// <summary>By which it is seen that a file has changed.</summary>
/// <param name="Written">When it was last written; the time that stands for none when it is not there.</param>
/// <param name="Length">How long it is.</param>
internal sealed record FileStamp(DateTime Written, long Length)
{
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : new FileStamp(default, 0);
    }
}
