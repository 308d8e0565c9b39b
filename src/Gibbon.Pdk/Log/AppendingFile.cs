using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gibbon.Pdk;

/// <summary>
/// Opens files that the operating system appends to: several processes may write to one, and one that was cut short by a rotation grows again from its start. The framework's
/// own appending writes at a place that it remembers, over what others wrote meanwhile.
/// </summary>
public static partial class AppendingFile
{
    // O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC of Linux, and 0644.
    const int Appending = 0x1 | 0x40 | 0x400 | 0x80000;
    const int OwnerWritesAllRead = 0x1a4;

    /// <summary>Opens a file, which is made if need be: its owner writes it, all may read it. What is written goes to its end, whatever place is named with it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened; the message is the operating system's reason, without the path.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.OpenHandle(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

        var descriptor = OpenFile(path, Appending, OwnerWritesAllRead);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);
}
