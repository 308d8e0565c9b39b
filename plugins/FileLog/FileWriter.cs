using System.Buffers;
using Gibbon.Pdk;

namespace Gibbon.Plugins.FileLog;

/// <summary>Writes entries to a file, each with a line feed behind it.</summary>
/// <param name="Host">The gateway.</param>
/// <param name="File">The file.</param>
/// <param name="Reopen">Whether it is opened anew.</param>
readonly record struct FileWriter(PluginHost Host, AppendedFile File, bool Reopen)
{
    /// <summary>Writes entries with one system call. What cannot be written is logged and lost.</summary>
    public ValueTask<Result> WriteAsync(IReadOnlyList<byte[]> batch)
    {
        var lines = new ArrayBufferWriter<byte>(batch.Sum(static entry => entry.Length + 1));
        foreach (var entry in batch)
        {
            lines.Write(entry);
            lines.Write("\n"u8);
        }

        if (File.Write(lines.WrittenSpan, Reopen) is { } error)
            Host.Logger("file-log").Err(error);

        return ValueTask.FromResult(Result.Ok);
    }
}
