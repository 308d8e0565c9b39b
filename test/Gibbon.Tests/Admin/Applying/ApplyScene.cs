using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Storage.Postgres;

namespace Gibbon.Tests.Admin.Applying;

/// <summary>A gateway over one of the stores, to which whole configurations are applied.</summary>
internal sealed class ApplyScene : IAsyncDisposable
{
    private readonly PostgresDatabase? _database;

    private ApplyScene(AdminClient admin, PostgresDatabase? database) => (Admin, _database) = (admin, database);

    public static TheoryData<string> Stores => ["off", "sqlite", "postgres"];

    public AdminClient Admin { get; }

    public static async Task<ApplyScene> StartAsync(string store, params (string Name, string Value)[] settings)
    {
        if (store != "postgres")
        {
            return new ApplyScene(await AdminClient.StartAsync(store, settings), null);
        }

        PostgresDatabase database = new();
        await PostgresMigrations.BootstrapAsync(database);
        IEnumerable<(string, string)> own = database.Variables.Select(static pair => (pair.Key["KONG_".Length..].ToLowerInvariant(), pair.Value));
        return new ApplyScene(await AdminClient.StartAsync(store, [.. own, .. settings]), database);
    }

    public Task<Answer> ApplyAsync(string yaml, string query = "", params (string Name, string Value)[] headers) => Admin.SendAsync(
        "POST", "/apply" + query, new ByteArrayContent(Encoding.UTF8.GetBytes(yaml)) { Headers = { { "Content-Type", "application/yaml" } } }, headers);

    /// <summary>Applies a file that is good.</summary>
    public async Task<Answer> AppliedAsync(string yaml, string query = "", params (string Name, string Value)[] headers)
    {
        Answer answer = await ApplyAsync(yaml, query, headers);
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }

    /// <summary>What an answer says happened: <c>create services a</c>.</summary>
    public static List<string> Changes(Answer answer) =>
    [
        .. answer.Body.GetList("changes")!.OfType<ValueMap>().Select(static change => string.Join(' ', new[]
        {
            change.GetString("operation"), change.GetString("entity"), change.GetString("name"),
            change.GetList("fields") is { Count: > 0 } fields ? $"({string.Join(',', fields)})" : null,
        }.OfType<string>())),
    ];

    public async Task<List<string?>> NamesAsync(string path, string field = "name") => [.. (await Admin.AllAsync(path)).Select(entity => entity.GetString(field)).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        _database?.Dispose();
    }
}
