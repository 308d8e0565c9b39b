using System.Buffers;
using System.IO.Pipelines;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>
/// One connection, shared by many who ask at once: commands go out as they come, replies come back in the same order. When anything goes wrong
/// it is of no more use, and everybody who waits is told.
/// </summary>
sealed class RedisConnection : IAsyncDisposable
{
    readonly Stream stream;
    readonly PipeReader reader;
    readonly PipeWriter writer;
    readonly SemaphoreSlim turn = new(1, 1);
    readonly Queue<Waiting> queue = new();
    readonly Task reading;
    Exception? failure;

    /// <summary>Takes a connection over.</summary>
    public RedisConnection(Stream stream)
    {
        this.stream = stream;
        reader = PipeReader.Create(stream);
        writer = PipeWriter.Create(stream);
        reading = ReadAsync();
    }

    /// <summary>Whether it can no longer be used.</summary>
    public bool IsBroken => Volatile.Read(ref failure) is not null;

    /// <summary>Sends commands and waits for their replies.</summary>
    /// <exception cref="IOException">The connection has broken.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async Task<RedisReply[]> SendAsync(IReadOnlyList<string[]> commands, CancellationToken cancellation)
    {
        var waiting = new Waiting(commands.Count);
        await turn.WaitAsync(cancellation);
        try
        {
            lock (queue)
            {
                if (failure is not null)
                    throw new IOException(failure.Message, failure);

                queue.Enqueue(waiting);
            }

            foreach (var command in commands)
                RedisProtocol.Write(writer, command);

            await writer.FlushAsync(CancellationToken.None);
        }
        catch (Exception broken) when (broken is not IOException)
        {
            Break(broken);
            throw new IOException(broken.Message, broken);
        }
        finally
        {
            turn.Release();
        }

        return await waiting.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends it.</summary>
    /// <param name="reason">What those are told who wait.</param>
    public void Break(Exception reason)
    {
        lock (queue)
        {
            failure ??= reason;
            while (queue.TryDequeue(out var waiting))
                waiting.TrySetException(new IOException(reason.Message, reason));
        }

        stream.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Break(new IOException("closed"));
        await reading;
    }

    async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                reader.AdvanceTo(Take(read.Buffer), read.Buffer.End);
                if (read.IsCompleted)
                    throw new IOException("closed");
            }
        }
        catch (Exception broken)
        {
            Break(broken);
        }
    }

    /// <summary>Hands out the replies that are there whole.</summary>
    SequencePosition Take(ReadOnlySequence<byte> buffer)
    {
        var rest = new SequenceReader<byte>(buffer);
        while (true)
        {
            var place = rest.Position;
            if (!RedisProtocol.TryRead(ref rest, out var reply))
                return place;

            lock (queue)
            {
                if (!queue.TryPeek(out var waiting))
                    throw new InvalidDataException("a reply that nobody asked for");

                if (waiting.Add(reply))
                    queue.Dequeue();
            }
        }
    }

    /// <summary>Somebody who waits for replies.</summary>
    sealed class Waiting(int count) : TaskCompletionSource<RedisReply[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        readonly RedisReply[] replies = new RedisReply[count];
        int received;

        /// <summary>Takes a reply.</summary>
        /// <returns>Whether it was the last.</returns>
        public bool Add(RedisReply reply)
        {
            replies[received++] = reply;
            return received == replies.Length && TrySetResult(replies);
        }
    }
}
