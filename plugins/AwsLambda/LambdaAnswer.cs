using Gibbon.Pdk;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>What Lambda answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
sealed record LambdaAnswer(int Status, HeaderMap Headers, byte[] Body);
