using Gibbon.Settings;
using Npgsql;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>An empty database of its own for the tests of a class.</summary>
public sealed class PostgresDatabase : IDisposable
{
    private readonly RealPostgres server;

    public PostgresDatabase()
        : this(RealPostgres.Instance)
    {
    }

    internal PostgresDatabase(RealPostgres server)
    {
        this.server = server;
        server.Execute($"CREATE DATABASE {Name}");
    }

    public string Name { get; } = $"test_{Guid.NewGuid():N}";

    public int Port => server.Port;

    /// <summary>What a gateway needs to find it.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["KONG_DATABASE"] = "postgres",
        ["KONG_PG_HOST"] = "127.0.0.1",
        ["KONG_PG_PORT"] = $"{Port}",
        ["KONG_PG_USER"] = "postgres",
        ["KONG_PG_DATABASE"] = Name,
    };

    /// <summary>The settings of a gateway that uses it, and whatever else is given as <c>name = value</c>.</summary>
    internal GatewaySettings Settings(params IEnumerable<(string Name, string Value)> others)
    {
        var variables = new Dictionary<string, string>(Variables);
        foreach (var (name, value) in others)
            variables[$"KONG_{name.ToUpperInvariant()}"] = value;
        var load = SettingsLoader.Load(new SettingSources { Environment = variables });
        return load.Settings ?? throw new InvalidOperationException(load.Errors[0]);
    }

    public void Execute(string sql) => server.Execute(sql, Name);

    /// <summary>The single value that a query gives, as text; null for NULL and for no row.</summary>
    public string? Text(string sql) => Rows(sql).Select(static row => row[0]).FirstOrDefault();

    public List<string?[]> Rows(string sql)
    {
        using var connection = new NpgsqlConnection(server.ConnectionString(Name));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        using var reader = command.ExecuteReader();
        List<string?[]> rows = [];
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(place => reader.IsDBNull(place) ? null : reader.GetString(place))]);
        return rows;
    }

    public void Dispose()
    {
        // A server of a test's own takes its databases with it, if it is there at all.
        if (server == RealPostgres.Instance)
            server.Execute($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
    }
}
