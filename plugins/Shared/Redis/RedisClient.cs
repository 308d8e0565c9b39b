using System.Globalization;
using System.Net.Sockets;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>
/// One Redis server with one database and one user. The connection is made when it is first needed, and anew after it has broken; those who need
/// it while it is being made wait for the same attempt.
/// </summary>
/// <param name="host">The gateway.</param>
/// <param name="config">Where the server is.</param>
sealed class RedisClient(PluginHost host, RedisConfig config) : IRedis, IAsyncDisposable
{
    readonly TimeSpan patience = TimeSpan.FromMilliseconds(Math.Max(1, config.Timeout));
    readonly Lock sync = new();
    Task<RedisConnection>? connection;
    bool isClosed;

    public async ValueTask<Result<RedisReply[]>> SendAsync(IReadOnlyList<string[]> commands, CancellationToken cancellation = default)
    {
        RedisConnection? used = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            used = await Connection().WaitAsync(cancellation);
            var replies = await used.SendAsync(commands, limit.Token);
            return Array.Find(replies, static reply => reply.Error is not null) is { Error: { } error } ? Result.Failure<RedisReply[]>(error) : replies;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Replies that come late would be taken for those of later commands.
            used?.Break(new TimeoutException("timeout"));
            return Result.Failure<RedisReply[]>("timeout");
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException)
        {
            return Result.Failure<RedisReply[]>(failure.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<RedisConnection>? last;
        lock (sync)
        {
            isClosed = true;
            last = connection;
        }

        try
        {
            if (last is not null)
                await (await last).DisposeAsync();
        }
        catch (IOException)
        {
            // It was never made.
        }
    }

    Task<RedisConnection> Connection()
    {
        lock (sync)
        {
            if (isClosed)
                return Task.FromException<RedisConnection>(new IOException("closed"));

            if (connection is null or { IsFaulted: true } or { IsCanceled: true }
                || (connection.IsCompletedSuccessfully && connection.GetAwaiter().GetResult().IsBroken))
                connection = ConnectAsync();

            return connection;
        }
    }

    async Task<RedisConnection> ConnectAsync()
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            var tls = config.Ssl ? new SocketTls(config.ServerName ?? config.Host, config.SslVerify) : null;
            var stream = await host.Sockets.ConnectAsync(config.Host ?? "", config.Port, tls, limit.Token);
            if (!stream.IsOk)
                throw new IOException(stream.Error);

            var made = new RedisConnection(stream.Value);
            return await GreetAsync(made, limit.Token) is { } error ? throw await GiveUpAsync(made, error) : made;
        }
        catch (OperationCanceledException late)
        {
            throw new IOException("timeout", late);
        }
    }

    /// <summary>Says who we are and which database is meant.</summary>
    async Task<string?> GreetAsync(RedisConnection made, CancellationToken cancellation)
    {
        List<string[]> greeting = [];
        if (!string.IsNullOrEmpty(config.Password))
            greeting.Add(string.IsNullOrEmpty(config.Username) ? ["AUTH", config.Password] : ["AUTH", config.Username, config.Password]);

        if (config.Database != 0)
            greeting.Add(["SELECT", config.Database.ToString(CultureInfo.InvariantCulture)]);

        return greeting.Count == 0
            ? null
            : (await made.SendAsync(greeting, cancellation)).Select(static reply => reply.Error).FirstOrDefault(static error => error is not null);
    }

    static async Task<IOException> GiveUpAsync(RedisConnection made, string error)
    {
        await made.DisposeAsync();
        return new IOException(error);
    }
}
