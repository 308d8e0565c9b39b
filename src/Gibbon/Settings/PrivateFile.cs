using System.Text;

namespace Gibbon.Settings;

/// <summary>Files that only some may read: made with their mode, never readable to others for a moment, replaced whole.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, string text, UnixFileMode mode = OwnerOnly) => Write(path, Encoding.UTF8.GetBytes(text), mode);

    /// <summary>The same for bytes that must be there after a loss of power, or the old ones.</summary>
    public static void WriteSafely(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, OwnerOnly, safely: true);

    /// <summary>Opens a file to add to its end; made when it is not there.</summary>
    public static FileStream OpenToAppend(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });

    private static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, bool safely = false)
    {
        var temporary = $"{path}.{Environment.ProcessId}.new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            stream.Write(bytes);
            if (safely)
                stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
