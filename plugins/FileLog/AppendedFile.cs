using Gibbon.Pdk;
using Microsoft.Win32.SafeHandles;

namespace Gibbon.Plugins.FileLog;

/// <summary>
/// A file that is appended to by the operating system's own means, so that several processes may share it and a file that was cut short
/// grows again from its start. One that was moved or removed is made anew. Used by one thread at a time.
/// </summary>
sealed class AppendedFile(string path)
{
    SafeFileHandle? handle;
    string? place;

    /// <summary>Appends.</summary>
    /// <param name="data">What.</param>
    /// <param name="reopen">Whether the file is opened anew before that.</param>
    /// <returns>Why it failed; <c>null</c> if it did not.</returns>
    public string? Write(ReadOnlySpan<byte> data, bool reopen)
    {
        if (handle is not null && (reopen || Place(handle) != place))
            Close();

        if (handle is null && Open() is { } error)
            return $"failed to open the file: {error}";

        try
        {
            // The offset means nothing to a file that is appended to.
            RandomAccess.Write(handle!, data, 0);
            return null;
        }
        catch (IOException failure)
        {
            Close();
            return $"failed to write the file: {failure.Message}";
        }
    }

    // What the system calls the open file now; null where it does not say.
    static string? Place(SafeFileHandle handle)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    string? Open()
    {
        try
        {
            handle = AppendingFile.Open(path);
        }
        catch (IOException failure)
        {
            return failure.Message;
        }

        place = Place(handle);
        return null;
    }

    void Close()
    {
        handle?.Dispose();
        handle = null;
    }
}
