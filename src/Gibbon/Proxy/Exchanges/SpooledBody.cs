using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A body too large for memory: in a temporary file that nobody else sees and that goes away with the request.</summary>
internal sealed class SpooledBody : MessageBody, IDisposable
{
    private const int PieceSize = 64 * 1024;

    private readonly FileStream _file = new(
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "gibbon-body-" + System.IO.Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });

    private readonly byte[] _piece = new byte[PieceSize];

    public override long Length => _file.Length;

    public override bool IsComplete => _file.Position >= _file.Length;

    public override long BytesRead => _file.Position;

    public override ProxyError Error => new(ProxyErrorKind.Aborted, ErrorSource.Gateway, Cause: "the spooled request body cannot be read");

    public override HeaderTable? Trailers => null;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data) => _file.WriteAsync(data);

    public void Rewind() => _file.Position = 0;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAllAsync()
    {
        byte[] content = new byte[_file.Length];
        Rewind();
        await _file.ReadExactlyAsync(content).ConfigureAwait(false);
        Rewind();
        return content;
    }

    public override async ValueTask<BodyRead> ReadAsync()
    {
        int read = await _file.ReadAsync(_piece).ConfigureAwait(false);
        return new BodyRead(_piece.AsMemory(0, read), IsComplete ? BodyState.Last : read == 0 ? BodyState.Failed : BodyState.More);
    }

    public void Dispose() => _file.Dispose();
}
