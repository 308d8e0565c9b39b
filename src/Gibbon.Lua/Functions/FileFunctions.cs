using Gibbon.Lua.Native;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>The file system, for <c>lfs</c>.</summary>
internal static class FileFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("file_attributes", static call => Attributes(call)),
        new("file_names", static call => Names(call)),
        new("file_make_folder", static call => MakeFolder(call)),
        new("file_remove_folder", static call => Try(call, static path => Directory.Delete(path))),
        new("file_touch", static call => Touch(call)),
        new("file_link", static call => Link(call)),
        new("file_current", static call => call.Return(Directory.GetCurrentDirectory())),
    ];

    // file_attributes(path, of the link itself)
    private static int Attributes(LuaCall call)
    {
        string path = call.Text(1);
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (!call.Flag(2) && info.LinkTarget is not null)
        {
            info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
        }

        if (!info.Exists)
        {
            return call.Refuse($"cannot obtain information from file '{path}': No such file or directory");
        }

        var map = new ValueMap
        {
            ["mode"] = Mode(info, call.Flag(2)),
            ["size"] = info is FileInfo file ? file.Length : 4096L,
            ["access"] = Seconds(info.LastAccessTimeUtc),
            ["modification"] = Seconds(info.LastWriteTimeUtc),
            ["change"] = Seconds(info.LastWriteTimeUtc),
            ["permissions"] = Permissions(info),
            ["target"] = info.LinkTarget,
        };
        LuaValues.Push(call.L, map, call.State);
        return 1;
    }

    private static string Mode(FileSystemInfo info, bool seesLinks) =>
        seesLinks && info.LinkTarget is not null ? "link"
        : info is DirectoryInfo ? "directory"
        : (info.Attributes & FileAttributes.Device) != FileAttributes.None ? "char device"
        : "file";

    private static long Seconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeSeconds();

    private static string Permissions(FileSystemInfo info)
    {
        if (OperatingSystem.IsWindows())
        {
            return "rw-rw-rw-";
        }

        int bits = (int)info.UnixFileMode;
        return string.Create(9, bits, static (text, bits) =>
        {
            for (int place = 0; place < 9; place++)
            {
                text[place] = (bits & (0x100 >> place)) != 0 ? "rwx"[place % 3] : '-';
            }
        });
    }

    private static int Names(LuaCall call)
    {
        string path = call.Text(1);
        try
        {
            var names = new ValueList { ".", ".." };
            foreach (string entry in Directory.EnumerateFileSystemEntries(path))
            {
                names.Add(Path.GetFileName(entry));
            }

            LuaValues.Push(call.L, names, call.State);
            return 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return call.Refuse($"cannot open {path}: {Reason(failure)}");
        }
    }

    private static int MakeFolder(LuaCall call)
    {
        string path = call.Text(1);
        if (Path.Exists(path))
        {
            return call.Refuse("File exists");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
        {
            return call.Refuse("No such file or directory");
        }

        return Try(call, static path => Directory.CreateDirectory(path));
    }

    // file_touch(path, access, modification): times in seconds since 1970
    private static int Touch(LuaCall call)
    {
        double now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        double access = call.IsNil(2) ? now : call.Number(2);
        double modification = call.IsNil(3) ? access : call.Number(3);
        return Try(call, path =>
        {
            File.SetLastAccessTimeUtc(path, Time(access));
            File.SetLastWriteTimeUtc(path, Time(modification));
        });
    }

    private static DateTime Time(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)).UtcDateTime;

    // file_link(path, target, symbolic)
    private static int Link(LuaCall call)
    {
        string target = call.Text(2);
        return call.Flag(3)
            ? Try(call, path => File.CreateSymbolicLink(path, target))
            : call.Refuse("not supported: links that are not symbolic");
    }

    private static int Try(LuaCall call, Action<string> action)
    {
        try
        {
            action(call.Text(1));
            return call.Return(true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return call.Refuse(Reason(failure));
        }
    }

    private static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        UnauthorizedAccessException => "Permission denied",
        _ => failure.Message,
    };
}
