using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Log;

public sealed class RequestLogTests
{
    const string InvalidValue =
        "value must be nil, a number, string, boolean or a non-self-referencial table containing numbers, string and booleans";

    [Fact]
    public void A_value_is_put_where_its_key_says()
    {
        var log = new Recorder(Stub.Context(Phase.Log));
        log.SetSerializeValue("request.extra.n", 1);
        log.SetSerializeValue(@"a\.b", "c");
        log.SetSerializeValue(".dot.b", "d");
        log.SetSerializeValue("request.id", null);

        var entry = log.Serialize();

        Assert.Equal(1L, entry.GetMap("request")!.GetMap("extra")!["n"]);
        Assert.Equal("c", entry.GetMap(@"a\")!["b"]);
        Assert.Equal("d", entry.GetMap(".dot")!["b"]);
        Assert.False(entry.GetMap("request")!.ContainsKey("id"));
    }

    [Fact]
    public void A_null_may_be_said()
    {
        var log = new Recorder(Stub.Context(Phase.Log));
        log.SetSerializeValue("request.id", DBNull.Value);

        var request = log.Serialize().GetMap("request")!;

        Assert.True(request.ContainsKey("id"));
        Assert.Null(request["id"]);
    }

    [Fact]
    public void A_list_with_a_name_in_it_is_an_object()
    {
        var log = new Recorder(Stub.Context(Phase.Log));
        log.SetSerializeValue("list", new ValueList { "a", "b" });
        log.SetSerializeValue("list.more", "c");

        var list = log.Serialize().GetMap("list")!;

        Assert.Equal(["1", "2", "more"], list.Keys);
        Assert.Equal(["a", "b", "c"], list.Values);
    }

    [Fact]
    public void Add_fills_what_is_empty_and_replace_what_is_not()
    {
        var log = new Recorder(Stub.Context(Phase.Log));
        log.SetSerializeValue("request.id", "other", SerializeMode.Add);
        log.SetSerializeValue("request.new", "new", SerializeMode.Add);
        log.SetSerializeValue("request.absent.x", "x", SerializeMode.Replace);
        log.SetSerializeValue("request.method", "PUT", SerializeMode.Replace);

        var request = log.Serialize().GetMap("request")!;

        Assert.Equal(["id", "method", "new"], request.Keys);
        Assert.Equal(["abc", "PUT", "new"], request.Values);
    }

    [Fact]
    public void A_key_through_something_that_is_no_map_is_refused()
    {
        var log = new Recorder(Stub.Context(Phase.Log));
        log.SetSerializeValue("request.id.x", 1);

        var failure = Assert.Throws<KongArgumentException>(log.Serialize);

        Assert.Equal(
            "The key 'request.id.x' could not be used as a serialize value. Subkey 'id' is not a table. It's abc", failure.Message);
    }

    [Fact]
    public void A_value_that_cannot_be_written_is_refused_when_the_entry_is_made()
    {
        var twice = new ValueMap();
        foreach (var value in new object[] { new object(), new ValueList { twice, twice } })
        {
            var log = new Recorder(Stub.Context(Phase.Log));
            log.SetSerializeValue("x", value);
            Assert.Equal(InvalidValue, Assert.Throws<KongArgumentException>(log.Serialize).Message);
        }
    }

    [Fact]
    public void A_message_that_is_not_written_is_not_put_together()
    {
        var log = new Recorder(Stub.Context(Phase.Access)) { Threshold = LogLevel.Info };
        var asked = 0;

        log.Debug($"{++asked}");
        log.Info($"asked {++asked}");

        Assert.Equal(["Info RequestLogTests.cs asked 1"], log.Lines);
    }

    [Fact]
    public void A_deprecation_says_since_when_and_until_when()
    {
        var log = new Recorder(Stub.Context(Phase.Access)) { Threshold = LogLevel.Warn };

        log.Deprecation("old", after: "3.0");
        log.Deprecation("old", removal: "5.0");
        log.Deprecation("old", "3.0", "5.0");

        Assert.Equal(
            [
                "Warn RequestLogTests.cs old (deprecated after 3.0)",
                "Warn RequestLogTests.cs old (scheduled for removal in 5.0)",
                "Warn RequestLogTests.cs old (deprecated after 3.0, scheduled for removal in 5.0)",
            ],
            log.Lines);
    }

    sealed class Recorder(RequestContext context) : RequestLog(context)
    {
        public LogLevel Threshold { get; init; }

        public List<string> Lines { get; } = [];

        public override string Namespace => "test";

        public override bool IsEnabled(LogLevel level) => level <= Threshold;

        protected override TrafficFigures FiguresCore => default;

        protected override PhaseTimes TimesCore => default;

        protected override PluginLogger CreateCore(string ns, string? format) => this;

        protected override void WriteCore(LogLevel level, string message, string file, int line, string member) =>
            Lines.Add($"{level} {Path.GetFileName(file)} {message}");

        protected override ValueMap SerializeCore() => new() { ["request"] = new ValueMap { ["id"] = "abc", ["method"] = "GET" } };
    }
}
