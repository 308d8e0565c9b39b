using System.Collections.Immutable;
using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Cli.Commands;

/// <summary>The options of commands that change the database, and what they mean.</summary>
internal static class DatabaseOptions
{
    public static readonly Option Timeout = new("db-timeout", null, "seconds", "How long to wait for the database.");
    public static readonly Option LockTimeout = new("lock-timeout", null, "seconds", "How long to wait for another node's migrations.");

    private const int UsualLockSeconds = 60;

    public static TimeSpan LockLifetime(Invocation invocation) => TimeSpan.FromSeconds(invocation.Number(LockTimeout, UsualLockSeconds));

    public static PostgresServer Open(GatewaySettings settings, Invocation invocation)
    {
        var postgres = settings.Database.Postgres;
        var seconds = invocation.Number(Timeout, 0);
        return new PostgresServer(seconds > 0 ? postgres with { Timeout = TimeSpan.FromSeconds(seconds) } : postgres, settings.Tls.TrustedCertificates);
    }

    public static Migrator Migrator(GatewaySettings settings, PostgresServer server, Action<string> say) =>
        new(server, Migrations(settings), Installed.Parts.Time, say);

    public static ImmutableArray<SubsystemMigrations> Migrations(GatewaySettings settings) => KongMigrations.For(settings.Plugins);
}
