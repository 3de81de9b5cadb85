"""The same file by Python's json: roles, order, empty texts, exact copies."""
import json
import sys

seen, errors, records = set(), 0, 0
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    records += 1
    last = None
    for message in record["messages"]:
        errors += message["role"] not in ("user", "assistant") or message["role"] == last
        last = message["role"]
        for block in message["content"]:
            errors += not block["text"].strip()
    errors += last != "assistant"
    key = hash(line)
    errors += key in seen
    seen.add(key)
print(records, errors)
