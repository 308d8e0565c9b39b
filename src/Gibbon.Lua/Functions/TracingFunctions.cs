using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.tracing</c>, spans and <c>kong.telemetry</c>. The Lua around it has checked the arguments.</summary>
internal static class TracingFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("span_start", static call => Push(call, call.Context.Tracing.StartSpan(call.Text(1), Options(call, 2)))),
        new("span_create", static call => Push(call, call.Context.Tracing.CreateSpan(Options(call, 1)))),
        new("span_link", static call => Find(call) is { } span ? Push(call, call.Context.Tracing.LinkSpan(span, call.Text(2), Options(call, 3))) : Nothing(call)),
        new("span_active", static call => call.State.Context?.Tracing.ActiveSpan is { } span ? Push(call, span) : Nothing(call)),
        new("span_set_active", static call => ResponseFunctions.Done(call, static c => c.Context.Tracing.ActiveSpan = c.IsNil(1) ? null : Find(c))),
        new("span_root", static call => call.State.Context?.Tracing.RootSpan is { } span ? Push(call, span) : Nothing(call)),
        new("span_list", static call => List(call)),
        new("span_get", static call => Get(call)),
        new("span_set", static call => ResponseFunctions.Done(call, Set)),
        new("span_finish", static call => ResponseFunctions.Done(call, static c => Find(c)?.Finish(Time(c, 2)))),
        new("span_attribute", static call => ResponseFunctions.Done(call, static c => Find(c)?.SetAttribute(c.Text(2), LuaValues.Read(c.L, 3)))),
        new("span_event", static call => ResponseFunctions.Done(call, static c => Find(c)?.AddEvent(
            c.Text(2), c.IsNil(3) ? null : LuaValues.ReadMap(c.L, 3), Time(c, 4)))),
        new("span_error", static call => ResponseFunctions.Done(call, static c => Find(c)?.RecordError(c.Text(2)))),
        new("span_status", static call => ResponseFunctions.Done(call, static c => Find(c)?.SetStatus((SpanStatus)c.Integer(2)))),
        new("tracing_sample", static call => ResponseFunctions.Done(call, static c => c.Context.Tracing.SetShouldSample(c.Flag(1)))),
        new("tracing_decide", static call => call.Return(call.Context.Tracing.GetSamplingDecision(
            call.IsNil(1) ? null : call.Flag(1), call.IsNil(2) ? null : call.Number(2)))),
        new("telemetry_log", static call => Log(call)),
    ];

    private static LuaSpans Spans(LuaCall call) => call.Run?.Request?.Spans ?? throw new InvalidOperationException("no request found");

    private static Span? Find(LuaCall call) => call.Run?.Request?.Spans.Find(call.Number(1));

    private static int Push(LuaCall call, Span span) => call.Return(Spans(call).NumberOf(span));

    private static int Nothing(LuaCall call)
    {
        LuaApi.lua_pushnil(call.L);
        return 1;
    }

    private static long? Time(LuaCall call, int index) => call.Type(index) == LuaType.Number ? (long)call.Number(index) : null;

    private static SpanOptions Options(LuaCall call, int table)
    {
        if (call.Type(table) != LuaType.Table)
        {
            return new SpanOptions();
        }

        ValueMap map = LuaValues.ReadMap(call.L, table);
        double parent = map.Get("parent") is long number ? number : 0;
        return new SpanOptions
        {
            StartTimeNs = map.Get("start_time_ns") is IConvertible time ? time.ToInt64(null) : null,
            Kind = map.Get("span_kind") is IConvertible kind ? (SpanKind)kind.ToInt32(null) : SpanKind.Internal,
            Parent = Spans(call).Find(parent),
            TraceId = Bytes(call, table, "trace_id"),
            ParentId = Bytes(call, table, "parent_id"),
            ShouldSample = map.Get("should_sample") as bool?,
            Attributes = map.Get("attributes") as ValueMap,
        };
    }

    private static ReadOnlyMemory<byte> Bytes(LuaCall call, int table, string name)
    {
        byte[] bytes = LuaStack.GetField(call.L, table, name) == LuaType.String ? LuaStack.Bytes(call.L, -1).ToArray() : [];
        LuaApi.lua_settop(call.L, -2);
        return bytes;
    }

    private static int List(LuaCall call)
    {
        IReadOnlyList<Span> spans = call.State.Context?.Tracing.Spans ?? [];
        LuaApi.lua_createtable(call.L, spans.Count, 0);
        for (int place = 0; place < spans.Count; place++)
        {
            LuaApi.lua_pushnumber(call.L, Spans(call).NumberOf(spans[place]));
            LuaApi.lua_rawseti(call.L, -2, place + 1);
        }

        return 1;
    }

    // span_get(span, property)
    private static int Get(LuaCall call)
    {
        if (Find(call) is not { } span)
        {
            return Nothing(call);
        }

        switch (call.Text(2))
        {
            case "name":
                return call.Return(span.Name);
            case "kind":
                return call.Return((int)span.Kind);
            case "is_recording":
                return call.Return(span.IsRecording);
            case "trace_id":
                return call.Return(span.TraceId.Span);
            case "span_id":
                return call.Return(span.SpanId.Span);
            case "parent_id":
                return span.ParentId.IsEmpty ? Nothing(call) : call.Return(span.ParentId.Span);
            case "parent":
                return span.Parent is { } parent ? Push(call, parent) : Nothing(call);
            case "start_time_ns":
                return call.Return((double)span.StartTimeNs);
            case "end_time_ns":
                return span.EndTimeNs is { } end ? call.Return((double)end) : Nothing(call);
            case "status":
                return span.Status == SpanStatus.Unset ? Nothing(call) : call.Return((int)span.Status);
            case "should_sample":
                return call.Return(span.ShouldSample);
            case "attributes":
                LuaValues.Push(call.L, Map(span.Attributes), call.State);
                return 1;
            case "events":
                LuaValues.Push(call.L, Events(span), call.State);
                return 1;
            default:
                return Nothing(call);
        }
    }

    private static ValueMap Map(IReadOnlyDictionary<string, object?> attributes)
    {
        var map = new ValueMap();
        foreach ((string name, object? value) in attributes)
        {
            map[name] = value;
        }

        return map;
    }

    private static ValueList Events(Span span) => new(span.Events.Select(static item => new ValueMap
    {
        ["name"] = item.Name,
        ["time_ns"] = (double)item.TimeNs,
        ["attributes"] = item.Attributes,
    }));

    // span_set(span, property, value)
    private static void Set(LuaCall call)
    {
        if (Find(call) is not { } span)
        {
            return;
        }

        switch (call.Text(2))
        {
            case "name":
                span.Name = call.Text(3);
                break;
            case "trace_id":
                span.TraceId = call.Bytes(3).ToArray();
                break;
            case "parent_id":
                span.ParentId = call.Bytes(3).ToArray();
                break;
            case "should_sample":
                span.ShouldSample = call.Flag(3);
                break;
        }
    }

    // telemetry_log(type, message, attributes)
    private static int Log(LuaCall call)
    {
        if (call.State.Context is not { Plugin: { } plugin } context)
        {
            return call.Refuse("Telemetry logging is disabled: log entry will not be recorded.");
        }

        return call.Return(context.Telemetry.Log(plugin, call.Text(1), call.TextOrNull(2), call.IsNil(3) ? null : LuaValues.ReadMap(call.L, 3)));
    }
}
