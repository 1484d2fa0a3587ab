# SPDX-License-Identifier: MIT
"""A backend as users deploy it: FastAPI, the OpenAI client through the wrapper, a trace per request."""
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from langfuse import get_client, observe, propagate_attributes
from langfuse.openai import AsyncOpenAI
from pydantic import BaseModel


@asynccontextmanager
async def lifespan(_):
    assert get_client().auth_check()
    yield
    get_client().shutdown()


app = FastAPI(lifespan=lifespan)


class Question(BaseModel):
    text: str
    user: str
    session: str


@observe(as_type="retriever")
async def search(text: str):
    return [{"id": 7, "text": f"about {text}"}]


@observe(name="chat")
async def answer(text: str):
    documents = await search(text)
    reply = await AsyncOpenAI().chat.completions.create(
        name="llm", model="gpt-4o",
        messages=[{"role": "system", "content": documents[0]["text"]}, {"role": "user", "content": text}])
    return {"answer": reply.choices[0].message.content, "trace": get_client().get_current_trace_id()}


@app.post("/api/chat")
async def chat(question: Question):
    if not question.text:
        raise HTTPException(422, "an empty question")
    with propagate_attributes(user_id=question.user, session_id=question.session, tags=["backend"]):
        return await answer(question.text)
