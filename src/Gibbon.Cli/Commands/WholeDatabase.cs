using System.Globalization;
using Gibbon.Cli.Arguments;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Applying;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Versions;

namespace Gibbon.Cli.Commands;

/// <summary>Applies a file to a database that no node of this prefix uses at the moment.</summary>
internal static class WholeDatabase
{
    public static async Task<ValueMap> AskAsync(GatewaySettings settings, WholeQuestion question, Invocation invocation)
    {
        if (settings.Database.Kind is DatabaseKind.Sqlite)
            NodeSources.CreatePrefix(settings.Node.Prefix, invocation.Terminal);
        var schemas = Installed.Schemas(settings);
        var store = await DatabaseTransfer.OpenAsync(settings, schemas);
        await using (store.Database)
        {
            var changer = new ConfigurationChanger(
                store, new SqlVersionLog(store.Database), new DeclarativeLoader(schemas, TimeProvider.System), schemas, () => store.Workspace);
            ChangeNote.Current = new ChangeNote("apply") { By = Environment.UserName, Reason = question.Reason };
            var tags = question.Tags?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
            long? expected = question.Version is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : null;
            var change = await changer.ApplyAsync(question.Document, null, tags, new WholeOptions(expected, question.IsPlan), CancellationToken.None);
            return change switch
            {
                { IsStale: true } => ChangeReport.Stale(change.Version, question.Version!),
                { Error: { } error } => new ValueMap { ["message"] = error.ToString() },
                { Plan.Refusal: { } refusal } => refusal,
                _ => ChangeReport.Of(change, question.IsPlan, question.Size, schemas),
            };
        }
    }
}
