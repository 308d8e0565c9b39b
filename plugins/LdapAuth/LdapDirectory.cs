using System.Collections.Concurrent;
using System.Net.Sockets;
using Gibbon.Pdk;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>
/// A directory, asked over connections that are kept for a while. Its own few messages and not the framework's library: that one blocks a
/// thread for each login and cannot be told per connection whose certificates to trust.
/// </summary>
/// <param name="host">The gateway.</param>
/// <param name="config">Where the directory is.</param>
sealed class LdapDirectory(PluginHost host, LdapAuthConfig config)
{
    const int Success = 0;
    const int InvalidCredentials = 49;

    readonly ConcurrentStack<Connection> idle = new();

    /// <summary>Whether a user has a password.</summary>
    /// <returns>Whether he has; a failure if the directory cannot be asked.</returns>
    public async ValueTask<Result<bool>> HasPasswordAsync(string user, string password, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(1, config.Timeout ?? 10000)));
        var name = DistinguishedName.Of(config.Attribute, user, config.BaseDn);
        while (TryReuse(out var kept))
        {
            // The directory may have closed a connection that we kept.
            var answer = await AskAsync(kept, name, password, limit.Token);
            if (answer.IsOk)
                return answer;
        }

        var made = await ConnectAsync(limit.Token);
        return made.Error is { } error ? Result.Failure<bool>(error)
            : made.Value is { } connection ? await AskAsync(connection, name, password, limit.Token)
            : false;
    }

    bool TryReuse(out Connection connection)
    {
        var oldest = host.Time.GetTimestamp() - (long)((config.Keepalive ?? 60000) / 1000 * host.Time.TimestampFrequency);
        while (idle.TryPop(out connection!))
        {
            if (connection.LastUse >= oldest)
                return true;

            connection.Stream.Dispose();
        }

        return false;
    }

    async ValueTask<Result<bool>> AskAsync(Connection connection, string name, string password, CancellationToken cancellation)
    {
        try
        {
            var id = ++connection.LastId;
            await connection.Stream.WriteAsync(LdapMessage.Bind(id, name, password), cancellation);
            var result = await LdapMessage.ReadAsync(connection.Stream, id, cancellation);
            connection.LastUse = host.Time.GetTimestamp();
            idle.Push(connection);
            if (result.Code is not (Success or InvalidCredentials))
                host.Logger("ldap-auth").Err($"the directory refuses a login: {result.Code} {result.Text}");

            return result.Code == Success;
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            await connection.Stream.DisposeAsync();
            return Result.Failure<bool>(failure is OperationCanceledException ? "timeout" : failure.Message);
        }
    }

    /// <summary>Connects. A directory that cannot prove who it is has no say in who somebody else is.</summary>
    /// <returns>The connection; a value of <c>null</c> if TLS fails, or why the directory cannot be reached.</returns>
    async ValueTask<Result<Connection?>> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            var connected = await host.Sockets.ConnectAsync(config.LdapHost, (int)config.LdapPort, null, cancellation);
            if (!connected.IsOk)
                return Result.Failure<Connection?>($"failed to connect to {config.LdapHost}:{config.LdapPort}: {connected.Error}");

            var connection = new Connection(connected.Value);
            if (config.StartTls)
                await AskForTlsAsync(connection, cancellation);

            return config.StartTls || config.Ldaps ? await SecureAsync(connection, cancellation) : connection;
        }
        catch (IOException failure)
        {
            return Result.Failure<Connection?>(failure.Message);
        }
        catch (OperationCanceledException)
        {
            return Result.Failure<Connection?>($"failed to connect to {config.LdapHost}:{config.LdapPort}: timeout");
        }
    }

    static async ValueTask AskForTlsAsync(Connection connection, CancellationToken cancellation)
    {
        var id = ++connection.LastId;
        await connection.Stream.WriteAsync(LdapMessage.AskForTls(id), cancellation);
        var result = await LdapMessage.ReadAsync(connection.Stream, id, cancellation);
        if (result.Code == Success)
            return;

        await connection.Stream.DisposeAsync();
        throw new IOException($"the directory refuses TLS: {result.Code} {result.Text}");
    }

    async ValueTask<Connection?> SecureAsync(Connection connection, CancellationToken cancellation)
    {
        var tls = new SocketTls(config.LdapHost, config.VerifyLdapHost);
        var secured = await host.Sockets.SecureAsync(connection.Stream, tls with { ServerName = tls.ServerName ?? config.LdapHost }, cancellation);
        if (secured.IsOk)
        {
            connection.Stream = secured.Value;
            return connection;
        }

        host.Logger("ldap-auth").Err($"failed to do SSL handshake with {config.LdapHost}:{config.LdapPort}: {secured.Error}");
        return null;
    }

    /// <summary>A connection, used by one login at a time.</summary>
    sealed class Connection(Stream stream)
    {
        public Stream Stream { get; set; } = stream;

        public int LastId { get; set; }

        public long LastUse { get; set; }
    }
}
