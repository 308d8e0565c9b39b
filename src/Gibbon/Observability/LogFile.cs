namespace Gibbon.Observability;

/// <summary>A log in a file, or on the process's own output. Appended to, so that several processes may share it.</summary>
internal sealed class LogFile(string path) : LogOutput
{
    private Stream? _stream;

    public override void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            _stream ??= Open();
            _stream.Write(lines);
            _stream.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk must not stop the gateway; the next lines try again with the file as it is then.
            Reopen();
        }
    }

    public override void Reopen()
    {
        Stream? old = _stream;
        _stream = null;
        try
        {
            old?.Dispose();
        }
        catch (IOException)
        {
            // It is given up anyway.
        }
    }

    public override void Dispose() => Reopen();

    private Stream Open() => path switch
    {
        "/dev/stdout" => Console.OpenStandardOutput(),
        "/dev/stderr" => Console.OpenStandardError(),
        _ => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0),
    };
}
