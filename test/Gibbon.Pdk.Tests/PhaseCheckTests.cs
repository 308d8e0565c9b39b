using System.Reflection;

namespace Gibbon.Pdk.Tests;

public sealed class PhaseCheckTests
{
    static readonly Phase[] SinglePhases = [.. Enum.GetValues<Phase>().Where(static phase => int.IsPow2((int)phase))];

    public static TheoryData<string, string> CheckedMembers => [.. Candidates().Select(static c => (c.Type.Name, c.Method.ToString()!))];

    [Theory]
    [MemberData(nameof(CheckedMembers))]
    public void A_member_refuses_exactly_the_phases_its_attribute_leaves_out(string type, string method)
    {
        var (module, call, allowed) = Candidates().Single(c => c.Type.Name == type && c.Method.ToString() == method);

        var refused = SinglePhases.Where(phase => IsRefused(module, call, phase)).ToArray();

        Assert.Equal(SinglePhases.Where(phase => (phase & allowed) == Phase.None), refused);
    }

    // Spans cannot be passed by reflection.
    [Fact]
    public void Members_with_spans_refuse_the_phases_that_their_attribute_leaves_out()
    {
        Action<Request>[] calls =
        [
            static request => _ = request.PathBytes.Length,
            static request => request.TryGetHeader("x", out _),
            static request => request.TryGetHeader("x"u8, out _),
            static request => request.CountHeader("x"u8),
        ];
        foreach (var phase in SinglePhases.Where(static phase => (phase & Phase.Request) == Phase.None))
            Assert.All(calls, call => Assert.Throws<PhaseException>(() => call(Stub.Of<Request>(Stub.Context(phase)))));
    }

    static IEnumerable<(Type Type, MethodInfo Method, Phase Allowed)> Candidates() =>
        from member in ModuleMembers.WithPhases
        let type = member.DeclaringType
        where type is { IsAbstract: true, IsInterface: false }
            && (type.IsSubclassOf(typeof(RequestModule)) || type == typeof(RequestLog))
        let method = member as MethodInfo ?? (member as PropertyInfo)?.GetMethod
        where method is { IsAbstract: false } && !method.GetParameters().Append(method.ReturnParameter).Any(static p => IsSpan(p.ParameterType))
        select (type, method, member.GetCustomAttribute<PhasesAttribute>()!.Allowed);

    static bool IsSpan(Type type) => (type.IsByRef ? type.GetElementType()! : type).IsByRefLike;

    static bool IsRefused(Type type, MethodInfo method, Phase phase)
    {
        var context = Stub.Context(phase);
        if (method.IsGenericMethodDefinition)
            method = method.MakeGenericMethod(typeof(object));

        try
        {
            method.Invoke(Stub.Of(type, context), [.. method.GetParameters().Select(Argument)]);
            return false;
        }
        catch (TargetInvocationException failure)
        {
            // A stub's answers are empty, so that other failures may follow once the phase has been found right.
            return failure.InnerException is PhaseException;
        }
    }

    static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "x",
        var type when type == typeof(int) => 500,
        var type when type == typeof(HeaderValue) => (HeaderValue)"x",
        { IsValueType: true } type => Activator.CreateInstance(type),
        _ => null,
    };
}
