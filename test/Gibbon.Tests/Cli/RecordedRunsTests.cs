using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Gibbon.Tests.Cli;

/// <summary>Calls what was called on Kong 3.9.1 and expects what Kong answered, to the letter.</summary>
public sealed partial class RecordedRunsTests : IDisposable
{
    private readonly KongProgram kong = new();

    public RecordedRunsTests()
    {
        kong.Write("ok.conf", "log_level = notice\n");
        kong.Write("bad.conf", "log_level = loud\nrole = king\n");
        kong.Write("unk.conf", "no_such_key = 1\n");
        kong.Write("good.yml", "_format_version: '3.0'\nservices:\n- name: a\n  host: 127.0.0.1\n");
        kong.Write("nover.yml", "services: []\n");
        kong.Write("numv.yml", "_format_version: 3.0\n");
        kong.Write("x.txt", "_format_version: '3.0'\n");
        kong.Write("bad.yml", "_format_version: '3.0'\nservices:\n- name: a\n  host: h\n  routes:\n  - paths: [p]\n    protocols: [http, x]\n- nme: b\n");
    }

    public void Dispose() => kong.Dispose();

    [Theory]
    [InlineData("version")]
    [InlineData("no command")]
    [InlineData("unknown command")]
    [InlineData("global help")]
    [InlineData("unknown option")]
    [InlineData("command help")]
    [InlineData("start options help")]
    [InlineData("config no subcommand")]
    [InlineData("config unknown subcommand")]
    [InlineData("check ok")]
    [InlineData("check several errors")]
    [InlineData("check missing file")]
    [InlineData("check unknown key")]
    [InlineData("incremental sync without rpc")]
    [InlineData("deprecated property")]
    [InlineData("start with missing conf")]
    [InlineData("start with bad enum")]
    [InlineData("stop no prefix")]
    [InlineData("health no prefix")]
    [InlineData("reload no prefix")]
    [InlineData("bad prefix (not a directory)")]
    [InlineData("config parse without file")]
    [InlineData("config parse missing")]
    [InlineData("config parse good")]
    [InlineData("config parse bad")]
    [InlineData("config parse no version")]
    [InlineData("config parse numeric version")]
    [InlineData("config parse unknown extension")]
    [InlineData("hybrid no subcommand")]
    [InlineData("hybrid gen_cert one path")]
    [InlineData("hybrid gen_cert bad days")]
    [InlineData("config db_import database off")]
    [InlineData("config db_export database off")]
    [InlineData("vault get env")]
    [InlineData("vault get full reference")]
    [InlineData("vault get missing")]
    [InlineData("vault get json key")]
    [InlineData("vault get unknown vault")]
    [InlineData("vault no subcommand")]
    public void Without_a_node(string name) => Replay(name);

    [Theory]
    [InlineData("start bad listen")]
    [InlineData("prepare")]
    [InlineData("health not running (prefix exists)")]
    [InlineData("stop not running")]
    [InlineData("quit not running")]
    [InlineData("reload not running")]
    [InlineData("control plane without certificate")]
    [InlineData("data plane with database")]
    [InlineData("data plane without certificate")]
    [InlineData("vault reference unresolved in configuration")]
    [InlineData("vault reference unresolved in a plain string property")]
    [InlineData("vault reference unresolved in pg_password")]
    [InlineData("vault reference, unknown vault, in pg_password")]
    [InlineData("database cassandra")]
    [InlineData("bad headers value")]
    [InlineData("bad router flavor")]
    public void In_a_prepared_prefix(string name)
    {
        kong.Run("prepare");
        Replay(name);
    }

    [Fact]
    public void A_nodes_life()
    {
        string[] life =
        [
            "start ok", "start again", "health running", "reload ok", "quit running", "start ok (2)", "restart", "stop running",
            "restart when stopped", "stop running (2)", "config init", "config init again",
        ];
        Assert.All(life, Replay);
    }

    [Fact]
    public void A_database_is_filled_from_a_file_and_written_into_one()
    {
        kong.Run("prepare");
        (string, string?)[] sqlite = [("KONG_DATABASE", "sqlite")];
        Assert.All(["config db_import", "config db_import bad", "config db_export", "config db_export again"], name => Replay(name, sqlite));

        var exported = File.ReadAllText(Path.Combine(kong.Folder, "exp.yml"));
        Assert.StartsWith("_format_version: '3.0'\n_transform: false\n", exported, StringComparison.Ordinal);
        Assert.Contains("\nservices:\n- id: ", exported, StringComparison.Ordinal);
        Assert.Contains("\n  host: \"127.0.0.1\"\n", exported, StringComparison.Ordinal);
        Assert.Contains("\nparameters:\n", exported, StringComparison.Ordinal);

        var again = kong.Run($"config db_import {kong.Folder}/exp.yml", [("KONG_DATABASE", "sqlite"), ("KONG_PREFIX", kong.Prefix + "2")]);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
    }

    [Fact]
    public void A_certificate_of_a_cluster_is_made_once_and_its_key_is_for_its_owner()
    {
        Assert.All(["hybrid gen_cert", "hybrid gen_cert again"], Replay);

        var (certificate, key) = (Path.Combine(kong.Folder, "c.crt"), Path.Combine(kong.Folder, "c.key"));
        using var made = X509Certificate2.CreateFromPemFile(certificate, key);
        Assert.Equal(("CN=kong_clustering", "CN=kong_clustering"), (made.Subject, made.Issuer));
        Assert.Equal(384, made.GetECDsaPublicKey()!.KeySize);
        Assert.Equal(1095, Math.Round((made.NotAfter - made.NotBefore).TotalDays));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal("Error: both", kong.Run($"hybrid gen_cert {certificate}").Error[..11]);
    }

    private void Replay(string name) => Replay(name, []);

    private void Replay(string name, (string, string?)[] others)
    {
        var recorded = RecordedRuns.Find(name);
        var result = kong.Run(Here(recorded.Arguments), recorded.Variables.Select(pair => (pair.Name, (string?)Here(pair.Value))).Concat(others));

        Assert.Equal(recorded.ExitCode, result.ExitCode);
        Assert.Equal(Lines(recorded.Output), Lines(OurReport().Replace(result.Output, "")));
        if (name == "reload ok")
            Assert.Empty(result.Error);
        else
            AssertError(recorded.Error, result.Error);
    }

    // The recording keeps the names in a usage text, not its words.
    private void AssertError(string recorded, string error)
    {
        var help = HelpText().Match(recorded);
        if (!help.Success)
        {
            Assert.Equal(Lines(recorded), Lines(Time().Replace(error, "<time>")));
            return;
        }

        Assert.StartsWith(Here(recorded[..help.Index]), error, StringComparison.Ordinal);
        var names = help.Groups["names"].Value.Split([", ", ",", " "], StringSplitOptions.RemoveEmptyEntries);
        Assert.All(names, word => Assert.Contains(word, error, StringComparison.Ordinal));
    }

    // Kong's two processes print in no order worth keeping.
    private IEnumerable<string> Lines(string text) => Here(text).Split('\n').Order(StringComparer.Ordinal);

    private string Here(string text) =>
        text.Replace("<dir>", kong.Folder, StringComparison.Ordinal).Replace("<prefix>", kong.Prefix, StringComparison.Ordinal);

    [GeneratedRegex("<help text; commands: (?<names>[^;]*); options: (?<names>[^>]*)>")]
    private static partial Regex HelpText();

    [GeneratedRegex(@"(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?= \[)")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?m)^  (Gibbon|database|prefix|proxy|admin) .*\n")]
    private static partial Regex OurReport();
}
