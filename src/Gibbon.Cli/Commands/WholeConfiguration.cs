using System.Globalization;
using System.Text;
using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Declarative;

namespace Gibbon.Cli.Commands;

/// <summary>What <c>apply</c> and <c>plan</c> have in common: the file, who is asked, and how the answer is told.</summary>
internal static class WholeConfiguration
{
    public static readonly Option Reason = new("reason", null, "text", "Why; kept with the version.");
    public static readonly Option SelectTag = new("select-tag", null, "tags", "Only entities with all of these tags, divided by commas.");
    public static readonly Option IfVersion = new("if-version", null, "number", "Only if the configuration is at this version.");
    public static readonly Option Address = new("addr", null, "url", "The Admin API to ask, in place of that of the node in this prefix.");
    public static readonly Option Json = new("json", null, null, "Print the answer of the Admin API.");

    private const int Most = 10_000;

    public static IReadOnlyList<Option> Options => [Option.Conf, Option.Prefix, Address, SelectTag, IfVersion, Json];

    public static async Task<int> RunAsync(Invocation invocation, bool isPlan)
    {
        if (invocation.Operands is not [var path, ..])
            throw new CommandException("expected a declarative configuration file");
        if (invocation[IfVersion] is { } number && !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new CommandException($"--{IfVersion.Name} is not a number: '{number}'");

        var document = Read(path);
        var question = new WholeQuestion(document, invocation[SelectTag], invocation[Reason], invocation[IfVersion], isPlan, Most);
        var answer = await AskAsync(invocation, question);
        if (invocation.Has(Json))
            invocation.Terminal.Print(Encoding.UTF8.GetString(ValueJson.Write(answer)));
        else if (answer.GetMap("summary") is not null)
            Tell(answer, invocation.Terminal);
        return answer.GetMap("summary") is null ? Fail(answer, invocation) : 0;
    }

    private static async Task<ValueMap> AskAsync(Invocation invocation, WholeQuestion question)
    {
        var sources = NodeSources.Read(invocation);
        var load = SettingsLoader.Load(sources);
        var prefix = load.Prefix ?? throw new CommandException(load.Errors[0]);
        if (invocation[Address] is null && RunningNode.Find(prefix) is null)
        {
            var own = NodeSources.Accepted(load, invocation.Terminal);
            return own.Database.Kind is DatabaseKind.Off
                ? throw new CommandException($"no node is running in {prefix}, and without a database there is nothing else to {(question.IsPlan ? "compare with" : "apply to")}: start it, or name one with --addr")
                : await WholeDatabase.AskAsync(own, question, invocation);
        }

        // A node has the settings that it was started with.
        var settings = invocation[Address] is null
            ? NodeSources.Accepted(SettingsLoader.Load(SavedSettings.Read(prefix, sources.Environment) with { Over = sources.File }), invocation.Terminal)
            : NodeSources.Accepted(load, invocation.Terminal);
        return await AdminApiCall.ApplyAsync(settings, invocation[Address], question);
    }

    private static ValueMap Read(string path)
    {
        try
        {
            return DeclarativeText.TryRead(File.ReadAllText(path), path, out var document, out var problem)
                ? document
                : throw new CommandException($"{path}: {problem}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{path}: No such file or directory", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: {exception.Message}", exception);
        }
    }

    private static void Tell(ValueMap answer, Terminal terminal)
    {
        foreach (var change in answer.GetList("changes")!.OfType<ValueMap>())
        {
            var fields = change.GetList("fields") is { Count: > 0 } names ? $" ({string.Join(", ", names)})" : "";
            terminal.Print($"{change.GetString("operation")} {change.GetString("entity")} {change.GetString("name") ?? change.GetString("id")}{fields}");
        }

        if (answer.Get("truncated") is true)
            terminal.Print($"… and more: the first {Most} are shown");
        var summary = answer.GetMap("summary")!;
        var isPlan = answer.Get("plan") is true;
        terminal.Print(
            $"{(isPlan ? "would be" : "were")} created: {summary.Get("created")}, updated: {summary.Get("updated")}, deleted: {summary.Get("deleted")}; "
            + $"unchanged: {summary.Get("unchanged")}; version {answer.Get("version")}");
    }

    private static int Fail(ValueMap answer, Invocation invocation)
    {
        if (invocation.Has(Json))
            return 1;
        if (answer.GetList("errors") is not { Count: > 0 } errors)
            throw new CommandException(answer.GetString("message") ?? "the Admin API gave no reason");

        var lines = errors.OfType<ValueMap>().Select(static error =>
        {
            var place = string.Join(" ", new[] { error.GetString("position"), error.GetString("entity_name"), error.GetString("field") }.OfType<string>());
            return (place.Length > 0 ? place + ": " : "") + error.GetString("message");
        });
        throw new CommandException("nothing was changed:\n" + string.Join("\n", lines));
    }
}

/// <summary>What is asked of the Admin API, or of the database itself.</summary>
internal sealed record WholeQuestion(ValueMap Document, string? Tags, string? Reason, string? Version, bool IsPlan, int Size);
