using Gibbon.Cli.Arguments;
using Gibbon.Pdk.Entities;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Vaults;

namespace Gibbon.Cli.Commands;

/// <summary>Asks a vault as a node with these settings would, to see that a reference means what it should.</summary>
internal sealed class VaultCommand : Command
{
    public override string Name => "vault";

    public override string Summary => "Ask a vault.";

    public override IReadOnlyList<Option> Options => [Option.Conf, Option.Prefix];

    public override IReadOnlyList<Subcommand> Subcommands =>
    [
        new("get", "REFERENCE", "Print the secret of {vault://NAME/RESOURCE[/KEY]}, or NAME/RESOURCE[/KEY] for short."),
    ];

    public override int MaxOperands => 1;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var asked, ..])
            throw new CommandException("the 'get' command needs a <reference> argument \nkong vault get <reference>");

        var reference = ReferenceParser.IsReference(asked) ? asked : $"{{vault://{asked}}}";
        var settings = NodeSources.Load(invocation);
        var vaults = new SecretVaults(settings.Vaults);
        if (ReferenceParser.Parse(reference) is { IsOk: true, Value.Name: var name } && !settings.Vaults.Names.Contains(name))
            vaults = vaults.With(await EntitiesAsync(settings));

        var secret = await vaults.GetAsync(reference);
        if (!secret.IsOk)
            throw new CommandException(secret.Error.Replace($" [{reference}]", "", StringComparison.Ordinal));

        invocation.Terminal.Print(secret.Value);
        return 0;
    }

    // The vaults that have prefixes are entities: without a database a node knows them of its declarative configuration, and nobody else does.
    private static async Task<IReadOnlyList<Vault>> EntitiesAsync(GatewaySettings settings)
    {
        if (settings.Database.Kind is DatabaseKind.Off || (settings.Database.Kind is DatabaseKind.Sqlite && !Directory.Exists(settings.Node.Prefix)))
            return [];

        var schemas = Installed.Schemas(settings);
        var store = await DatabaseTransfer.OpenAsync(settings, schemas);
        await using (store.Database)
        {
            var page = await store.PageAsync(schemas.Find("vaults")!, new EntityQuery { Size = 1000 });
            return page.Value is { } vaults ? [.. vaults.Entities.Cast<Vault>()] : throw new CommandException(page.Error!.ToString());
        }
    }
}
