using Gibbon.Testing;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>A whole gateway on a database, whose Admin API writes entities of every kind.</summary>
internal static class PostgresGateway
{
    public static Task<TestGateway> StartAsync(PostgresDatabase database, params IEnumerable<(string Name, string Value)> settings)
    {
        var all = database.Variables.ToDictionary(static pair => pair.Key["KONG_".Length..].ToLowerInvariant(), static pair => pair.Value);
        foreach (var (name, value) in settings)
            all[name] = value;
        return TestGateway.StartAsync("", all, [new EntityEndpointsPlugin()]);
    }
}
