namespace Gibbon.Plugins.Shared.Connections;

/// <summary>
/// A connection that is written to. What the other side sends is thrown away; that it is read at all tells when the other side has gone.
/// </summary>
sealed class KeptConnection : IAsyncDisposable
{
    readonly Stream stream;
    readonly Task reading;
    int uses;

    /// <summary>Takes a connection over.</summary>
    public KeptConnection(Stream stream)
    {
        this.stream = stream;
        reading = ReadAsync();
    }

    /// <summary>Whether the other side still listens, as far as is known.</summary>
    public bool IsOpen => !reading.IsCompleted;

    /// <summary>Sends.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) => stream.WriteAsync(data, cancellation);

    /// <summary>Marks the connection as lying idle, or takes it up again.</summary>
    /// <returns>The number of the idle time.</returns>
    public int Rest() => Interlocked.Increment(ref uses);

    /// <summary>Ends an idle time, once.</summary>
    /// <param name="number">The number that <see cref="Rest"/> gave.</param>
    /// <returns>Whether the caller has the connection now.</returns>
    public bool Claim(int number) => Interlocked.CompareExchange(ref uses, number + 1, number) == number;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // It is given up anyway.
        }
    }

    async Task ReadAsync()
    {
        var ignored = new byte[256];
        try
        {
            while (await stream.ReadAsync(ignored) > 0)
            {
                // Nobody wants to know.
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed, by one side or the other.
        }
    }
}
