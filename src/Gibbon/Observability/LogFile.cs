using Gibbon.Pdk;
using Microsoft.Win32.SafeHandles;

namespace Gibbon.Observability;

/// <summary>A log in a file, or on the process's own output. Appended to, so that several processes may share it.</summary>
internal sealed class LogFile(string path) : LogOutput
{
    private Stream? _console;
    private SafeFileHandle? _file;

    public override void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            if (IsConsole)
            {
                _console ??= path == "/dev/stdout" ? Console.OpenStandardOutput() : Console.OpenStandardError();
                _console.Write(lines);
                _console.Flush();
                return;
            }

            _file ??= AppendingFile.Open(path);

            // The place means nothing to a file that is appended to.
            RandomAccess.Write(_file, lines, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk must not stop the gateway; the next lines try again with the file as it is then.
            Reopen();
        }
    }

    public override void Reopen()
    {
        _file?.Dispose();
        _file = null;
        _console?.Dispose();
        _console = null;
    }

    public override void Dispose() => Reopen();

    private bool IsConsole => path is "/dev/stdout" or "/dev/stderr";
}
