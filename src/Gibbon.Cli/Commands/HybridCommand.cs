using System.Globalization;
using Gibbon.Cli.Arguments;
using Gibbon.Clustering;

namespace Gibbon.Cli.Commands;

/// <summary>What control planes and data planes need besides their settings: the certificate that they know each other by.</summary>
internal sealed class HybridCommand : Command
{
    private const double DefaultDays = 3 * 365;

    private static readonly Option Days = new("days", 'd', "number", "How many days the certificate is valid, 1095 (3 years) unless said.");

    public override string Name => "hybrid";

    public override string Summary => "Tools for control planes and data planes.";

    public override IReadOnlyList<Option> Options => [Days];

    public override IReadOnlyList<Subcommand> Subcommands =>
    [
        new("gen_cert", "[CERT KEY]", "Make a certificate and its key for a cluster, ./cluster.crt and ./cluster.key when no files are named."),
    ];

    public override int MaxOperands => 2;

    public override Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count is not (0 or 2))
            throw new CommandException("both cert and key path needs to be provided");

        var certificate = Path.GetFullPath(invocation.Operands.ElementAtOrDefault(0) ?? "./cluster.crt");
        var key = Path.GetFullPath(invocation.Operands.ElementAtOrDefault(1) ?? "./cluster.key");
        foreach (var path in new[] { certificate, key })
        {
            if (Path.Exists(path))
                throw new CommandException($"{path} already exists.\nWill not overwrite it.");
        }

        try
        {
            ClusterCertificateFiles.Write(certificate, key, TimeSpan.FromDays(ReadDays(invocation)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message, exception);
        }

        invocation.Terminal.Print($"Successfully generated certificate/key pairs, they have been written to: '{certificate}' and '{key}'.");
        return Task.FromResult(0);
    }

    private static double ReadDays(Invocation invocation) =>
        invocation[Days] is not { } text ? DefaultDays
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) && Math.Abs(days) < 1_000_000 ? days
        : throw new CommandException($"--{Days.Name} is not a number: '{text}'");
}
