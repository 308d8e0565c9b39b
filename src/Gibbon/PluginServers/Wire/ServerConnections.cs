using System.Collections.Concurrent;

namespace Gibbon.PluginServers.Wire;

/// <summary>The connections to a plugin server. Those that nobody uses wait for the next request.</summary>
internal sealed class ServerConnections(string path) : IDisposable
{
    private const int MostIdle = 256;

    /// <summary>How long a server may take from its start until it listens.</summary>
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartStep = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentStack<ServerConnection> _idle = [];
    private volatile bool _isOver;

    /// <summary>Whether the server has been started a moment ago; null if it is not ours to start.</summary>
    public Func<bool>? IsStarting { get; set; }

    /// <summary>A connection of one's own, until it is returned.</summary>
    /// <exception cref="ServerException">The server cannot be reached.</exception>
    public async ValueTask<ServerConnection> RentAsync()
    {
        while (_idle.TryPop(out ServerConnection? connection))
        {
            if (connection.IsIdle && Environment.TickCount64 - connection.UsedAt < LongestRest.TotalMilliseconds)
            {
                return connection;
            }

            connection.Dispose();
        }

        while (true)
        {
            try
            {
                return await ServerConnection.OpenAsync(path).ConfigureAwait(false);
            }
            catch (ServerException failure)
            {
                if (_isOver || IsStarting?.Invoke() is not true)
                {
                    throw new ServerException($"trying to connect to {path}: {failure.Message}", failure);
                }
            }

            await Task.Delay(StartStep).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a connection back.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isWhole">Whether another may use it.</param>
    public void Return(ServerConnection connection, bool isWhole)
    {
        if (!isWhole || _isOver || _idle.Count >= MostIdle)
        {
            connection.Dispose();
            return;
        }

        connection.Rest();
        connection.UsedAt = Environment.TickCount64;
        _idle.Push(connection);
    }

    /// <summary>Closes what nobody uses: the server at the other end may be gone.</summary>
    public void CloseIdle()
    {
        while (_idle.TryPop(out ServerConnection? connection))
        {
            connection.Dispose();
        }
    }

    /// <summary>The process that listens; -1 if none does.</summary>
    public async ValueTask<int> WhoListensAsync()
    {
        try
        {
            using ServerConnection connection = await ServerConnection.OpenAsync(path).ConfigureAwait(false);
            return connection.Process;
        }
        catch (ServerException)
        {
            return -1;
        }
    }

    /// <summary>Waits for a process to listen that is not the one before.</summary>
    /// <returns>Whether there is one.</returns>
    public async ValueTask<bool> WaitForAnotherAsync(int before)
    {
        for (long end = Environment.TickCount64 + (long)StartPatience.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            int now = await WhoListensAsync().ConfigureAwait(false);
            if (now >= 0 && (now != before || now == 0))
            {
                return true;
            }

            await Task.Delay(StartStep).ConfigureAwait(false);
        }

        return false;
    }

    public void Dispose()
    {
        _isOver = true;
        CloseIdle();
    }
}
