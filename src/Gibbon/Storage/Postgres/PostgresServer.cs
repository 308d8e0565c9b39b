using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Settings;
using Gibbon.Storage.Sql;
using Npgsql;

namespace Gibbon.Storage.Postgres;

/// <summary>Connections to one PostgreSQL server, made and kept as the settings say. A session has UTC as its time zone and one schema as its search path, as Kong's have.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>How many connections may be open when no setting says it.</summary>
    const int UsualPoolSize = 100;

    readonly NpgsqlDataSource source;
    readonly NpgsqlDataSource listening;
    readonly SemaphoreSlim? slots;
    readonly TimeSpan patience;
    readonly int? backlog;
    int waiting;

    /// <param name="settings">The server and how to use it.</param>
    /// <param name="trusted">Files of PEM, or PEM itself: the authorities that the server's certificate is checked against.</param>
    public PostgresServer(PostgresSettings settings, IEnumerable<string> trusted)
    {
        Settings = settings;
        patience = settings.SemaphoreTimeout;
        slots = settings.MaxConcurrentQueries > 0 ? new SemaphoreSlim(settings.MaxConcurrentQueries) : null;
        backlog = settings.Backlog;
        var authorities = new X509Certificate2Collection();
        foreach (var authority in settings is { Ssl: true, SslVerify: true } ? trusted : [])
        {
            authorities.AddRange(CertificateFiles.ReadAll(authority));
        }
        source = Source(settings, authorities, isPooled: true);
        listening = Source(settings, authorities, isPooled: false);
    }

    public PostgresSettings Settings { get; }

    /// <summary>Whether every connection is taken and as many as <c>pg_backlog</c> allows wait for one.</summary>
    bool IsFull => backlog is { } most && Volatile.Read(ref waiting) > most + (Settings.PoolSize ?? UsualPoolSize);

    /// <summary>A connection to run statements on; it goes back when disposed.</summary>
    /// <exception cref="NpgsqlException">The server is away, refuses, or is too busy.</exception>
    public async ValueTask<PostgresSession> OpenAsync(CancellationToken cancellation = default)
    {
        if (slots is not null && !await slots.WaitAsync(patience, cancellation).ConfigureAwait(false))
        {
            throw new NpgsqlException("error acquiring query semaphore: timeout");
        }
        Interlocked.Increment(ref waiting);
        try
        {
            if (IsFull)
            {
                throw new NpgsqlException("too many waiting connect operations");
            }
            return new PostgresSession(this, await source.OpenConnectionAsync(cancellation).ConfigureAwait(false));
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>A connection that stays with whoever listens, and takes no place from those who ask.</summary>
    /// <exception cref="NpgsqlException">The server is away, or refuses.</exception>
    public ValueTask<NpgsqlConnection> OpenForListeningAsync(CancellationToken cancellation) => listening.OpenConnectionAsync(cancellation);

    /// <summary>The same for the store.</summary>
    /// <exception cref="NpgsqlException">The server is away, refuses, or is too busy.</exception>
    public async ValueTask<SqlLease> LeaseAsync(CancellationToken cancellation) =>
        new((await OpenAsync(cancellation).ConfigureAwait(false)).Connection, GiveBackAsync);

    internal void Release()
    {
        Interlocked.Decrement(ref waiting);
        slots?.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync().ConfigureAwait(false);
        await listening.DisposeAsync().ConfigureAwait(false);
        slots?.Dispose();
    }

    async ValueTask GiveBackAsync(DbConnection connection)
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        Release();
    }

    static NpgsqlDataSource Source(PostgresSettings settings, X509Certificate2Collection authorities, bool isPooled)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString(settings, isPooled));
        if (settings is { Ssl: true, SslVerify: true })
        {
            builder.UseRootCertificates(authorities);
        }
        return builder.Build();
    }

    static string ConnectionString(PostgresSettings settings, bool isPooled)
    {
        var (host, port) = Address(settings);
        var seconds = Math.Max(1, (int)Math.Ceiling(settings.Timeout.TotalSeconds));
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = port,
            Username = settings.User,
            Password = settings.Password,
            Database = settings.Database,
            SearchPath = settings.Schema is { } schema ? Quote(schema) : null,
            Timezone = "UTC",
            ApplicationName = "gibbon",

            // Which field is taken, or refers to nothing, stands only there. It is never passed on: it holds values.
            IncludeErrorDetail = true,

            // Of statements that are sent together, which one was refused.
            IncludeFailedBatchedCommand = true,
            Timeout = Math.Min(seconds, 1024),
            CommandTimeout = seconds,
            CancellationTimeout = 2000,
            Pooling = isPooled,

            // Nobody leaves anything behind in a session: what is prepared is forgotten by whoever prepared it, and who listens does so on a connection of his own. For the server
            // it is work to make sure of that each time, and to plan anew what its triggers and keys ask.
            NoResetOnClose = true,
            MaxPoolSize = settings.PoolSize ?? UsualPoolSize,
            SslMode = settings switch
            {
                { Ssl: true, SslVerify: true } => SslMode.VerifyCA,

                // Kong would go on in the clear with a server that has no TLS; whoever asks for it would not know.
                { Ssl: true } => SslMode.Require,
                _ => SslMode.Disable,
            },
        };
        if (settings.KeepaliveTimeout is { TotalSeconds: > 0 } idle)
        {
            text.ConnectionIdleLifetime = (int)Math.Ceiling(idle.TotalSeconds);
            text.ConnectionPruningInterval = Math.Min(text.ConnectionPruningInterval, text.ConnectionIdleLifetime);
        }
        return text.ConnectionString;
    }

    // A path, or unix:path, is the directory of the server's socket, or the socket itself, whose name ends with its port.
    static (string Host, int Port) Address(PostgresSettings settings)
    {
        const string Socket = ".s.PGSQL.";
        var host = settings.Host.StartsWith("unix:", StringComparison.Ordinal) ? settings.Host["unix:".Length..] : settings.Host;
        var name = Path.GetFileName(host);
        return host.StartsWith('/') && name.StartsWith(Socket, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Socket.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (Path.GetDirectoryName(host)!, port)
            : (host, settings.Port);
    }

    /// <summary>A name as SQL takes it whatever it is made of.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
