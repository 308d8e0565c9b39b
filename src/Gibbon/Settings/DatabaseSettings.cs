namespace Gibbon.Settings;

internal enum DatabaseKind
{
    Off,
    Postgres,

    /// <summary>One file under the prefix, with no server beside it.</summary>
    Sqlite,
}

/// <summary>Where entities are stored.</summary>
internal sealed record DatabaseSettings
{
    public required DatabaseKind Kind { get; init; }

    /// <summary>Why it is that one, for the line that <c>start</c> prints.</summary>
    public required string Reason { get; init; }

    public required PostgresSettings Postgres { get; init; }

    /// <summary>The read replica; null without <c>pg_ro_host</c>.</summary>
    public required PostgresSettings? PostgresReadOnly { get; init; }

    /// <summary>Path of kong.yml; null: none.</summary>
    public required string? DeclarativeConfig { get; init; }

    /// <summary>kong.yml itself, inline; null: none. May hold secrets.</summary>
    public required string? DeclarativeConfigString { get; init; }

    public static DatabaseSettings From(SettingReader read, string reason)
    {
        if (read.Text("database") == "cassandra")
            read.Fail("Cassandra as a datastore for Kong is not supported in versions 3.4 and above. Please use Postgres.");
        return new DatabaseSettings
        {
            Kind = read.Text("database") switch
            {
                "postgres" => DatabaseKind.Postgres,
                "sqlite" => DatabaseKind.Sqlite,
                _ => DatabaseKind.Off,
            },
            Reason = reason,
            Postgres = PostgresSettings.From(read, "pg_"),
            PostgresReadOnly = read.Text("pg_ro_host") is null ? null : PostgresSettings.From(read, "pg_ro_"),
            DeclarativeConfig = read.Text("declarative_config"),
            DeclarativeConfigString = read.Text("declarative_config_string"),
        };
    }
}

/// <summary>One PostgreSQL server and how to use it.</summary>
internal sealed record PostgresSettings
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required string User { get; init; }

    /// <summary>Secret.</summary>
    public required string? Password { get; init; }
    public required string Database { get; init; }

    /// <summary>Null: the server's search path.</summary>
    public required string? Schema { get; init; }
    public required bool Ssl { get; init; }
    public required bool SslVerify { get; init; }

    /// <summary>0: no limit.</summary>
    public required int MaxConcurrentQueries { get; init; }
    public required TimeSpan SemaphoreTimeout { get; init; }
    public required TimeSpan? KeepaliveTimeout { get; init; }
    public required int? PoolSize { get; init; }
    public required int? Backlog { get; init; }

    /// <summary>Reads <c>pg_</c>, or <c>pg_ro_</c>, which falls back to it.</summary>
    public static PostgresSettings From(SettingReader read, string prefix)
    {
        foreach (var name in (ReadOnlySpan<string>)["max_concurrent_queries", "semaphore_timeout"])
        {
            if (read.Number(prefix + name) is { } number && (number < 0 || number != Math.Floor(number)))
                read.Fail(number < 0 ? $"{prefix}{name} must be greater than 0" : $"{prefix}{name} must be an integer greater than 0");
        }

        foreach (var name in (ReadOnlySpan<string>)["keepalive_timeout", "pool_size", "backlog"])
        {
            if (read.Number(prefix + name) is { } number && (number < 0 || number != Math.Floor(number)))
                read.Fail($"{prefix}{name} must be an integer greater than 0");
        }

        return new PostgresSettings
        {
            Host = read.Word(Or("host")),
            Port = read.Whole(Or("port")) ?? 5432,
            Timeout = read.Milliseconds(Or("timeout")),
            User = read.Word(Or("user")),
            Password = read.Text(Or("password")),
            Database = read.Word(Or("database")),
            Schema = read.Text(Or("schema")),
            Ssl = read.Flag(Or("ssl")),
            SslVerify = read.Flag(Or("ssl_verify")),
            MaxConcurrentQueries = read.Whole(Or("max_concurrent_queries")) ?? 0,
            SemaphoreTimeout = read.Milliseconds(Or("semaphore_timeout")),
            KeepaliveTimeout = read.OptionalMilliseconds(Or("keepalive_timeout")),
            PoolSize = read.Whole(Or("pool_size")),
            Backlog = read.Whole(Or("backlog")),
        };

        string Or(string name) => read.IsGiven(prefix + name) ? prefix + name : "pg_" + name;
    }

    // A record prints its properties; this one has a password among them.
    public override string ToString() => $"{User}@{Host}:{Port}/{Database}";
}
